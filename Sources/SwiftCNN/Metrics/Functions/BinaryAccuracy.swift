extension Metric {
  /// Share of outputs on the right side of `threshold`: above it where the label is 1, not above it where the label is 0.
  public static func binaryAccuracy(threshold: Double = 0.5) -> Metric { Metric(BinaryAccuracy(threshold: threshold)) }
}

struct BinaryAccuracy: RowMetricFunction {
  var threshold: Double

  static let className = "BinaryAccuracy"
  static let defaultName = "binary_accuracy"
  static let summary =
    "Share of outputs on the right side of the threshold: above it where the label is 1, not above it where the label is 0."
  static var settings: [Setting<Self>] {
    [Setting("threshold", \.threshold, .finite, doc: "outputs above it count as 1.")]
  }

  func score(_ inputs: MetricInputs, _ row: Int) -> Double {
    inputs.mean(row) { ($0 > Float(threshold)) == ($1 > 0.5) ? 1 : 0 }
  }
}
