extension Loss {
  /// Targets: one-hot labels.
  public static let categoricalHinge = Loss(CategoricalHinge())
}

struct CategoricalHinge: RowLossFunction {
  static let className = "CategoricalHinge"
  static let summary =
    "max(1 + max((1 - label) · prediction) - Σ label · prediction, 0) of one-hot labels: 0 where the output of the label's class "
    + "is at least 1 above all others."
  static let isOfRows = true
  static let metricNames: (className: String, name: String)? = (className, "categorical_hinge")

  func loss(_ p: [Double], _ t: [Double], areLogits: Bool, _ slopes: inout [Double]) -> Double {
    let right = p.indices.reduce(0) { $0 + t[$1] * p[$1] }
    // Invariant: a row has at least one column.
    let wrong = p.indices.max { (1 - t[$0]) * p[$0] < (1 - t[$1]) * p[$1] }!
    let loss = 1 + (1 - t[wrong]) * p[wrong] - right
    for i in p.indices { slopes[i] = loss > 0 ? -t[i] : 0 }
    if loss > 0 { slopes[wrong] += 1 - t[wrong] }
    return max(loss, 0)
  }
}
