extension Metric {
  /// Share of samples whose largest output is that of the one-hot label's class.
  public static let categoricalAccuracy = Metric(CategoricalAccuracy())
}

struct CategoricalAccuracy: RankingFunction {
  static let className = "CategoricalAccuracy"
  static let defaultName = "categorical_accuracy"
  static let summary = "Share of samples whose largest output is the output of the one-hot label's class."
  static let isOfRows = true

  func score(_ inputs: MetricInputs, _ row: Int) -> Double {
    inputs.largestOutput(row) == inputs.largestTarget(row) ? 1 : 0
  }
}
