extension Metric {
  /// Share of samples where the output of the one-hot label's class is among the `k` largest.
  ///
  /// - Parameter k: how many outputs count, at least 1.
  public static func topKCategoricalAccuracy(k: Int = 5) -> Metric { Metric(TopKCategoricalAccuracy(k: k)) }
}

struct TopKCategoricalAccuracy: RankingFunction {
  var k: Int

  static let className = "TopKCategoricalAccuracy"
  static let defaultName = "top_k_categorical_accuracy"
  static let summary = "Share of samples where the output of the one-hot label's class is among the k largest."
  static var settings: [Setting<Self>] { [Setting("k", \.k, .positive, doc: "at least 1; how many outputs count.")] }
  static let leadingSettings = 1
  static let isOfRows = true

  func score(_ inputs: MetricInputs, _ row: Int) -> Double {
    inputs.isAmongLargest(k, row, inputs.largestTarget(row)) ? 1 : 0
  }
}
