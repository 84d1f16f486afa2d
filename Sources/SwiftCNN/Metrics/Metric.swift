/// A figure that is reported beside the loss, over all samples since an epoch or an evaluation began.
///
/// There is a static member for each metric, such as `.precision(topK: 2)`, in the metric's file; `.loss(.huber())` makes a metric
/// of any loss.
public struct Metric: Sendable {
  let function: any MetricFunction
  /// What histories call it.
  public var name: String
  /// Whether samples count as much as the loss weighs them, in training and evaluation; else all count alike.
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

  /// All of them but the losses, with their defaults, in the order of documentation. A setting without a default has any value
  /// here.
  static let registry: [Metric] = [
    .accuracy, .categoricalAccuracy, .sparseCategoricalAccuracy, .binaryAccuracy(), .topKCategoricalAccuracy(),
    .sparseTopKCategoricalAccuracy(), .truePositives(), .falsePositives(), .trueNegatives(), .falseNegatives(), .precision(),
    .recall(), .areaUnderCurve(), Metric(F1Score()), Metric(FBetaScore()), .cosineSimilarity, .meanSquaredError,
    .meanAbsoluteError, .rootMeanSquaredError,
  ]
}

extension Metric: Equatable {
  /// Whether both are of one class with the same name and settings.
  public static func == (first: Metric, second: Metric) -> Bool { first.json == second.json }
}

extension Metric {
  /// The metric with `accuracy` decided and checked against what the loss's targets look like.
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

  /// Refuses a number of classes that it cannot be computed of. - Parameter outputs: what errors call what has the classes.
  func checkClasses(_ columns: Int, of outputs: String) throws(SwiftCNNError) {
    guard let problem = function.problem(columns: columns, of: outputs) else { return }
    throw .invalidValue("the metric '\(name)' \(problem)")
  }

  /// Whether its targets are class numbers; else they are values, one for each output.
  var wantsLabels: Bool { function.wantsLabels }

  /// Whether it needs what the final activation makes, where it is given what that receives.
  func readsValues(after activation: ActivationFunction) -> Bool { function.readsValues(after: activation) }

  /// How many sums it keeps of outputs of so many columns.
  func tallyCount(columns: Int) -> Int { function.tallyCount(columns: columns) }

  /// Adds a batch to the tallies.
  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) throws(SwiftCNNError) {
    try function.tally(inputs, into: &tallies)
  }

  func value(of tallies: [Double]) -> Double { function.value(of: tallies) }
}
