extension Metric {
  /// Square root of the mean of (prediction - label)².
  public static let rootMeanSquaredError = Metric(RootMeanSquaredError())
}

struct RootMeanSquaredError: RowMetricFunction {
  static let className = "RootMeanSquaredError"
  static let defaultName = "root_mean_squared_error"
  static let summary = "Square root of the mean of (prediction - label)²."
  static let moreIsBetter = false

  func score(_ inputs: MetricInputs, _ row: Int) -> Double { MeanSquaredErrorMetric().score(inputs, row) }
  func value(of tallies: [Double]) -> Double { quotient(tallies[0], tallies[1]).squareRoot() }
}
