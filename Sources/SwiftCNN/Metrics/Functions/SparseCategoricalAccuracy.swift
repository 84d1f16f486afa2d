extension Metric {
  /// Share of samples whose largest output is that of the label, a class's number.
  public static let sparseCategoricalAccuracy = Metric(SparseCategoricalAccuracy())
}

struct SparseCategoricalAccuracy: RankingFunction {
  static let className = "SparseCategoricalAccuracy"
  static let defaultName = "sparse_categorical_accuracy"
  static let summary = "Share of samples whose largest output is that of the integer label."

  var wantsLabels: Bool { true }

  func score(_ inputs: MetricInputs, _ row: Int) -> Double { inputs.largestOutput(row) == inputs.label(row) ? 1 : 0 }
}
