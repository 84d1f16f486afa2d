extension Metric {
  /// Share of samples where the output of the label, a class's number, is among the `k` largest.
  ///
  /// - Parameter k: how many outputs count, at least 1.
  public static func sparseTopKCategoricalAccuracy(k: Int = 5) -> Metric { Metric(SparseTopKCategoricalAccuracy(k: k)) }
}

struct SparseTopKCategoricalAccuracy: RankingFunction {
  var k: Int

  static let className = "SparseTopKCategoricalAccuracy"
  static let defaultName = "sparse_top_k_categorical_accuracy"
  static let summary = "Share of samples where the output of the integer label is among the k largest."
  static var settings: [Setting<Self>] { [Setting("k", \.k, .positive, doc: "at least 1; how many outputs count.")] }
  static let leadingSettings = 1

  var wantsLabels: Bool { true }

  func score(_ inputs: MetricInputs, _ row: Int) -> Double { inputs.isAmongLargest(k, row, inputs.label(row)) ? 1 : 0 }
}
