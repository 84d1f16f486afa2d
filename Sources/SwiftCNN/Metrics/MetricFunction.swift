/// The computation of a metric. Each metric is a file in `Functions`, and an entry of `Metric.registry`.
///
/// A metric keeps a few sums over the samples so far, its tallies. They can be added up over batches.
protocol MetricFunction: Described {
  /// The class name in Keras, if the name in the engine and in files is different.
  static var kerasClassName: String { get }
  /// The metric's default name in histories.
  static var defaultName: String { get }
  /// The number of settings before `name` in Keras's constructor. The other settings come after `dtype`.
  static var leadingSettings: Int { get }
  static var moreIsBetter: Bool { get }
  /// Whether the metric compares all outputs of a sample, such as the probabilities of classes. Python then treats outputs with
  /// one axis as a single sample.
  static var isOfRows: Bool { get }

  /// Whether its targets are class numbers. Otherwise they are values, one for each output.
  var wantsLabels: Bool { get }
  /// Whether it needs the result of the final activation even if it receives logits.
  func readsValues(after activation: ActivationFunction) -> Bool
  /// The metric to compute for these targets and this number of outputs.
  func resolved(labels: Bool, columns: Int) -> any MetricFunction
  /// The reason why it cannot be computed for this number of classes; nil if it can. `outputs` is the name of the outputs in
  /// errors.
  func problem(columns: Int, of outputs: String) -> String?
  /// The number of tallies for outputs with this number of columns.
  func tallyCount(columns: Int) -> Int
  /// Adds a batch to the tallies.
  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) throws(SwiftCNNError)
  func value(of tallies: [Double]) -> Double
}

extension MetricFunction {
  static var kerasClassName: String { className }
  static var leadingSettings: Int { 0 }
  static var moreIsBetter: Bool { true }
  static var isOfRows: Bool { false }
  static var settings: [Setting<Self>] { [] }

  var wantsLabels: Bool { false }
  func readsValues(after activation: ActivationFunction) -> Bool { true }
  func resolved(labels: Bool, columns: Int) -> any MetricFunction { self }
  func problem(columns: Int, of outputs: String) -> String? { nil }
  func tallyCount(columns: Int) -> Int { 2 }
  func value(of tallies: [Double]) -> Double { quotient(tallies[0], tallies[1]) }

  /// Adds one row to the two sums of a mean: of weight · score, and of the weights.
  func tally(_ score: Double, _ weight: Double, into tallies: inout [Double]) {
    tallies[0] += score * weight
    tallies[1] += weight
  }
}

/// A metric that is the mean of a score of each row.
protocol RowMetricFunction: MetricFunction {
  func score(_ inputs: MetricInputs, _ row: Int) -> Double
}

extension RowMetricFunction {
  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) {
    for row in 0..<inputs.rows { tally(score(inputs, row), inputs.weight(row), into: &tallies) }
  }
}

/// A metric that depends only on the order of the outputs within a sample. Logits have the same order.
protocol RankingFunction: RowMetricFunction {}

extension RankingFunction {
  /// Several sigmoids of a sample may round to 1, so that the largest is not unique, while the largest logit is.
  func readsValues(after activation: ActivationFunction) -> Bool { activation == .sigmoid }
}

/// The quotient, or 0 if the divisor is 0.
func quotient(_ dividend: Double, _ divisor: Double) -> Double { divisor == 0 ? 0 : dividend / divisor }
