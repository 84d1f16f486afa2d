/// The arithmetic of a metric. Each metric is a file in `Functions`, and an entry of `Metric.registry`.
///
/// A metric keeps a few sums of the samples so far, its tallies. They can be added up over batches.
protocol MetricFunction: Described {
  /// What Keras calls the class, where the engine and files call it otherwise.
  static var kerasClassName: String { get }
  /// What histories call the metric by default.
  static var defaultName: String { get }
  /// How many settings stand before `name` in Keras's constructor; the others follow `dtype`.
  static var leadingSettings: Int { get }
  static var moreIsBetter: Bool { get }
  /// Whether the metric compares all outputs of a sample at once, such as the probabilities of classes. Python then reads outputs
  /// of one axis as a single sample.
  static var isOfRows: Bool { get }

  /// Whether its targets are class numbers; else they are values, one for each output.
  var wantsLabels: Bool { get }
  /// Whether it needs what the final activation computes, where it is given the input of that.
  func readsValues(after activation: ActivationFunction) -> Bool
  /// The metric that is computed for such targets and so many outputs.
  func resolved(labels: Bool, columns: Int) -> any MetricFunction
  /// Why it cannot be computed of so many classes; `outputs` is what errors call them. Nil if it can.
  func problem(columns: Int, of outputs: String) -> String?
  /// How many sums it keeps of outputs of so many columns.
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

/// A metric that depends only on the order of the outputs within a sample, which logits have too.
protocol RankingFunction: RowMetricFunction {}

extension RankingFunction {
  /// The largest of several sigmoids may be 1 more than once, where that of the logits is one.
  func readsValues(after activation: ActivationFunction) -> Bool { activation == .sigmoid }
}

/// 0 where there is nothing to divide by.
func quotient(_ dividend: Double, _ divisor: Double) -> Double { divisor == 0 ? 0 : dividend / divisor }
