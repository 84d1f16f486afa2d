extension Loss {
  /// Minus the cosine of the angle between prediction and label, vectors along the last axis.
  public static let cosineSimilarity = Loss(CosineSimilarity())
}

struct CosineSimilarity: RowLossFunction {
  static let className = "CosineSimilarity"
  static let summary = "Minus the cosine of the angle between prediction and label."
  static var settings: [Setting<Self>] { [.axis] }
  static let isOfRows = true

  func loss(_ p: [Double], _ t: [Double], areLogits: Bool, _ slopes: inout [Double]) -> Double {
    func length(_ x: [Double]) -> Double { max(x.reduce(0) { $0 + $1 * $1 }.squareRoot(), Self.epsilon) }
    let (own, its) = (length(p), length(t))
    let cosine = p.indices.reduce(0) { $0 + p[$1] * t[$1] } / (own * its)
    for i in p.indices { slopes[i] = (cosine * p[i] / own - t[i] / its) / own }
    return -cosine
  }
}
