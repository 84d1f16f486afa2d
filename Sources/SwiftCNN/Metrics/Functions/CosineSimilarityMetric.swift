extension Metric {
  /// Mean cosine of the angle between prediction and label, vectors along the last axis. The loss of this name is minus that.
  public static let cosineSimilarity = Metric(CosineSimilarityMetric())
}

struct CosineSimilarityMetric: MetricFunction {
  static let className = "CosineSimilarity"
  static let defaultName = "cosine_similarity"
  static let summary = "Mean cosine of the angle between prediction and label. The loss of this name is minus that."
  static var settings: [Setting<Self>] {
    [.fixed("axis", [-1], hint: "vectors lie along the last axis", doc: "-1, the last axis.")]
  }
  static let isOfRows = true

  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) throws(SwiftCNNError) {
    let losses = try Loss.cosineSimilarity.values(inputs)
    for row in 0..<inputs.rows { tally(-Double(losses.pointer[row]), inputs.weight(row), into: &tallies) }
  }
}
