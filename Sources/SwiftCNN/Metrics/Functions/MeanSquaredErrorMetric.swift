extension Metric {
  /// Mean of (prediction - label)².
  public static let meanSquaredError = Metric(MeanSquaredErrorMetric())
}

struct MeanSquaredErrorMetric: RowMetricFunction {
  static let className = "MeanSquaredError"
  static let defaultName = "mean_squared_error"
  static let summary = "Mean of (prediction - label)²."
  static let moreIsBetter = false

  func score(_ inputs: MetricInputs, _ row: Int) -> Double {
    inputs.mean(row) { (Double($0) - Double($1)) * (Double($0) - Double($1)) }
  }
}
