/// The mean of a loss over rows, as a metric.
struct LossMetric: MetricFunction {
  let loss: Loss

  /// Its config is a description of the loss.
  static let className = "loss"
  static let summary = "A loss as a metric."
  static let defaultName = "loss"
  static let moreIsBetter = false

  func checkTogether() throws(SwiftCNNError) { try loss.check() }

  var wantsLabels: Bool { loss.wantsLabels }
  func readsValues(after activation: ActivationFunction) -> Bool { !loss.prefersLogits(after: activation) }

  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) throws(SwiftCNNError) {
    let losses = try loss.values(inputs)
    for row in 0..<inputs.rows { tally(Double(losses.pointer[row]), inputs.weight(row), into: &tallies) }
  }
}

extension Loss {
  /// The loss of each row.
  func values(_ inputs: MetricInputs) throws(SwiftCNNError) -> FloatBuffer {
    let losses = try FloatBuffer(inputs.rows, for: "the losses of \(inputs.rows) samples")
    var targets = inputs.targets
    let smoothed = try smoothed(inputs)
    if let smoothed { targets.values = UnsafePointer(smoothed.pointer) }
    let logits = inputs.logits.flatMap { prefersLogits(after: $0.activation) ? $0.values : nil }
    evaluate(
      inputs.kernels, outputs: logits ?? inputs.outputs, logits: logits != nil, targets: targets, weights: nil, scale: 1,
      losses: losses.pointer, gradient: nil, rows: inputs.rows, columns: inputs.columns)
    withExtendedLifetime(smoothed) {}
    return losses
  }

  /// A copy of the targets with the loss's label smoothing; nil if the loss has none.
  private func smoothed(_ inputs: MetricInputs) throws(SwiftCNNError) -> FloatBuffer? {
    guard labelSmoothing > 0, let values = inputs.targets.values else { return nil }
    let count = inputs.rows * inputs.columns
    let copy = try FloatBuffer(count, for: "the targets of \(inputs.rows) samples")
    copy.pointer.update(from: values, count: count)
    smooth(copy.pointer, count: count, columns: inputs.columns)
    return copy
  }
}
