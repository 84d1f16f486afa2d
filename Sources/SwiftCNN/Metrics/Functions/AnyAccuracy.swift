extension Metric {
  /// The accuracy that fits the loss and the shapes, as Keras chooses it.
  public static let accuracy = Metric(AnyAccuracy())
}

struct AnyAccuracy: RankingFunction {
  static let className = "accuracy"
  static let kerasClassName = "AnyAccuracy"
  static let defaultName = "accuracy"
  static let summary =
    "The accuracy that fits the loss and the shapes: `SparseCategoricalAccuracy` where the loss takes class numbers, "
    + "`BinaryAccuracy` for models with a single output, else `CategoricalAccuracy`."

  func resolved(labels: Bool, columns: Int) -> any MetricFunction {
    let chosen: Metric = labels ? .sparseCategoricalAccuracy : columns == 1 ? .binaryAccuracy() : .categoricalAccuracy
    return chosen.function
  }

  func score(_ inputs: MetricInputs, _ row: Int) -> Double { CategoricalAccuracy().score(inputs, row) }
}
