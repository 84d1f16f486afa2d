extension Metric {
  /// Mean of |prediction - label|.
  public static let meanAbsoluteError = Metric(MeanAbsoluteErrorMetric())
}

struct MeanAbsoluteErrorMetric: RowMetricFunction {
  static let className = "MeanAbsoluteError"
  static let defaultName = "mean_absolute_error"
  static let summary = "Mean of |prediction - label|."
  static let moreIsBetter = false

  func score(_ inputs: MetricInputs, _ row: Int) -> Double { inputs.mean(row) { abs(Double($0) - Double($1)) } }
}
