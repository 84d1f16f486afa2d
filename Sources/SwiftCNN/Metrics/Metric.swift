/// A number that is reported in addition to the loss, over all samples since the start of an epoch or an evaluation.
///
/// There is a static member for each metric, such as `.precision(topK: 2)`, in the metric's file; `.loss(.huber())` makes a metric
/// of any loss.
public struct Metric: Sendable {
  let function: any MetricFunction
  /// Its name in histories.
  public var name: String
  /// Whether the sample weights of the loss apply in training and evaluation. Otherwise all samples have the same weight.
  public var isWeighted: Bool

  init(_ function: any MetricFunction, name: String? = nil, isWeighted: Bool = false) {
    self.function = function
    self.name = name ?? type(of: function).defaultName
    self.isWeighted = isWeighted
  }

  /// The mean of a loss over all samples. - Parameter name: nil for the name of the loss, such as "huber".
  public static func loss(_ loss: Loss, name: String? = nil) -> Metric {
    Metric(LossMetric(loss: loss), name: name ?? loss.metricName)
  }

  /// The same metric under another name.
  public func named(_ name: String, isWeighted: Bool = false) -> Metric {
    Metric(function, name: name, isWeighted: isWeighted)
  }

  /// All metrics except the losses, with their defaults, in the order of the documentation. Settings without a default have
  /// arbitrary values here.
  static let registry: [Metric] = [
    .accuracy, .categoricalAccuracy, .sparseCategoricalAccuracy, .binaryAccuracy(), .topKCategoricalAccuracy(),
    .sparseTopKCategoricalAccuracy(), .truePositives(), .falsePositives(), .trueNegatives(), .falseNegatives(), .precision(),
    .recall(), .areaUnderCurve(), Metric(F1Score()), Metric(FBetaScore()), .cosineSimilarity, .meanSquaredError,
    .meanAbsoluteError, .rootMeanSquaredError,
  ]
}

extension Metric: Equatable {
  /// Whether both have the same class, name and settings.
  public static func == (first: Metric, second: Metric) -> Bool { first.json == second.json }
}

extension Metric {
  /// The metric with `accuracy` replaced by the one that fits, and checked against the targets of the loss.
  func resolved(labels: Bool, columns: Int) throws(SwiftCNNError) -> Metric {
    try function.checkSettings()
    let resolved = Metric(function.resolved(labels: labels, columns: columns), name: name, isWeighted: isWeighted)
    if resolved.wantsLabels != labels {
      throw .invalidValue(
        labels
          ? "the metric '\(name)' compares with one target value for each output, but the loss takes class numbers; "
            + "use 'accuracy' or a sparse metric, or another loss"
          : "the metric '\(name)' compares with class numbers, but the loss takes one target value for each output; "
            + "use 'accuracy', or the loss sparse_categorical_crossentropy")
    }
    try checkClasses(columns, of: "the model's output")
    return resolved
  }

  /// Throws if the metric cannot be computed for this number of classes. - Parameter outputs: the name of the outputs in errors.
  func checkClasses(_ columns: Int, of outputs: String) throws(SwiftCNNError) {
    guard let problem = function.problem(columns: columns, of: outputs) else { return }
    throw .invalidValue("the metric '\(name)' \(problem)")
  }

  /// Whether its targets are class numbers. Otherwise they are values, one for each output.
  var wantsLabels: Bool { function.wantsLabels }

  /// Whether it needs the result of the final activation even if it receives logits.
  func readsValues(after activation: ActivationFunction) -> Bool { function.readsValues(after: activation) }

  /// The number of tallies for outputs with this number of columns.
  func tallyCount(columns: Int) -> Int { function.tallyCount(columns: columns) }

  /// Adds a batch to the tallies.
  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) throws(SwiftCNNError) {
    try function.tally(inputs, into: &tallies)
  }

  func value(of tallies: [Double]) -> Double { function.value(of: tallies) }
}
