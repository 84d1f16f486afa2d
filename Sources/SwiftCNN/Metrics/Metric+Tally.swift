import CKernels

/// Outputs and targets that a metric looks at, as rows of one answer each.
struct MetricInputs {
  let kernels: KernelTable
  /// [rows][columns]
  let outputs: UnsafePointer<Float>
  let targets: Targets.Batch
  /// [rows]; nil if all weigh 1.
  var weights: UnsafePointer<Float>?
  let rows: Int
  let columns: Int
  /// What the model's final activation received, where that is known: cross-entropies are computed from it, as the loss is.
  var logits: Logits?

  struct Logits {
    /// [rows][columns]
    let values: UnsafePointer<Float>
    let activation: ActivationFunction
  }

  func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
  func output(_ row: Int) -> UnsafePointer<Float> { outputs + row * columns }
  func target(_ row: Int) -> UnsafePointer<Float> {
    guard let values = targets.values else { preconditionFailure("a metric of values was given class numbers") }
    return values + row * columns
  }
  func label(_ row: Int) -> Int {
    guard let labels = targets.labels else { preconditionFailure("a metric of class numbers was given values") }
    return Int(labels[row])
  }
}

// What a metric knows of the samples so far is a few sums, its tallies.
extension Metric {
  /// How many sums it keeps of outputs of so many columns.
  func tallyCount(columns: Int) -> Int {
    switch kind {
    case .confusion: Confusion.tallyCount
    case .areaUnderCurve(let curve): curve.tallyCount
    case .fScore: FScore.talliesPerClass * columns
    default: 2
    }
  }

  /// Adds a batch to the tallies.
  func tally(_ answers: MetricInputs, into tallies: inout [Double]) throws(SwiftCNNError) {
    switch kind {
    case .confusion(let confusion): confusion.tally(answers, into: &tallies)
    case .areaUnderCurve(let curve): curve.tally(answers, into: &tallies)
    case .fScore(let score): score.tally(answers, into: &tallies)
    case .loss(let loss): try tally(loss, sign: 1, answers, into: &tallies)
    case .cosineSimilarity: try tally(.other(.cosineSimilarity), sign: -1, answers, into: &tallies)
    default: for row in 0..<answers.rows { tally(score(answers, row), answers.weight(row), into: &tallies) }
    }
  }

  private func tally(_ score: Double, _ weight: Double, into tallies: inout [Double]) {
    tallies[0] += score * weight
    tallies[1] += weight
  }

  private func tally(
    _ loss: Loss, sign: Double, _ answers: MetricInputs, into tallies: inout [Double]
  ) throws(SwiftCNNError) {
    let losses = try loss.values(answers)
    for row in 0..<answers.rows { tally(sign * Double(losses.pointer[row]), answers.weight(row), into: &tallies) }
  }

  func value(of tallies: [Double]) -> Double {
    switch kind {
    case .confusion(let confusion): return confusion.value(of: tallies)
    case .areaUnderCurve(let curve): return curve.value(of: tallies)
    case .fScore(let score): return score.value(of: tallies)
    case .rootMeanSquaredError: return quotient(tallies[0], tallies[1]).squareRoot()
    default: return quotient(tallies[0], tallies[1])
    }
  }

  /// What one row counts: 1 or 0 of a right or wrong answer, a share of right ones, or an error.
  private func score(_ answers: MetricInputs, _ row: Int) -> Double {
    let (output, columns) = (answers.output(row), answers.columns)
    switch kind {
    case .sparseCategoricalAccuracy:
      return largest(output, columns) == answers.label(row) ? 1 : 0
    case .accuracy, .categoricalAccuracy:
      return largest(output, columns) == largest(answers.target(row), columns) ? 1 : 0
    case .sparseTopKCategoricalAccuracy(let k):
      return isAmong(k, output, columns, answers.label(row)) ? 1 : 0
    case .topKCategoricalAccuracy(let k):
      return isAmong(k, output, columns, largest(answers.target(row), columns)) ? 1 : 0
    case .binaryAccuracy(let threshold):
      return mean(answers, row) { ($0 > Float(threshold)) == ($1 > 0.5) ? 1 : 0 }
    case .meanSquaredError, .rootMeanSquaredError:
      return mean(answers, row) { (Double($0) - Double($1)) * (Double($0) - Double($1)) }
    case .meanAbsoluteError: return mean(answers, row) { abs(Double($0) - Double($1)) }
    case .confusion, .areaUnderCurve, .fScore, .loss, .cosineSimilarity:
      preconditionFailure("these do not look at one row at a time")
    }
  }

  /// The mean over a row of a function of output and target.
  private func mean(_ answers: MetricInputs, _ row: Int, _ function: (Float, Float) -> Double) -> Double {
    let (output, target) = (answers.output(row), answers.target(row))
    var sum = 0.0
    for i in 0..<answers.columns { sum += function(output[i], target[i]) }
    return sum / Double(answers.columns)
  }

  /// The first place of the largest value.
  private func largest(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for i in 1..<max(1, count) where values[i] > values[best] { best = i }
    return best
  }

  /// Whether fewer than `k` values are above that of `label`.
  private func isAmong(_ k: Int, _ values: UnsafePointer<Float>, _ count: Int, _ label: Int) -> Bool {
    var above = 0
    for i in 0..<count where values[i] > values[label] { above += 1 }
    return above < k && values[label].isFinite
  }
}

extension Loss {
  /// The loss of each row.
  fileprivate func values(_ answers: MetricInputs) throws(SwiftCNNError) -> FloatBuffer {
    let losses = try FloatBuffer(answers.rows, for: "the losses of \(answers.rows) samples")
    var targets = answers.targets
    let smoothed = try smoothed(answers)
    if let smoothed { targets.values = UnsafePointer(smoothed.pointer) }
    let logits = answers.logits.flatMap { prefersLogits(after: $0.activation) ? $0.values : nil }
    evaluate(
      answers.kernels, outputs: logits ?? answers.outputs, logits: logits != nil, targets: targets, weights: nil, scale: 1,
      losses: losses.pointer, gradient: nil, rows: answers.rows, columns: answers.columns)
    withExtendedLifetime(smoothed) {}
    return losses
  }

  /// A copy of the targets with the loss's smoothing; nil without any.
  private func smoothed(_ answers: MetricInputs) throws(SwiftCNNError) -> FloatBuffer? {
    guard labelSmoothing > 0, let values = answers.targets.values else { return nil }
    let count = answers.rows * answers.columns
    let copy = try FloatBuffer(count, for: "the targets of \(answers.rows) samples")
    copy.pointer.update(from: values, count: count)
    smooth(copy.pointer, count: count, columns: answers.columns)
    return copy
  }
}

/// 0 where there is nothing to divide by.
func quotient(_ dividend: Double, _ divisor: Double) -> Double { divisor == 0 ? 0 : dividend / divisor }
