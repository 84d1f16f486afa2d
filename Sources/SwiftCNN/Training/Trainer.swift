import CKernels
import CSwiftCNN

/// Computes batches of one data set on one model: the only place where a forward pass, a loss, a backward pass and an
/// optimizer step meet. It owns the memory that a batch needs.
struct Trainer {
  private let model: Model
  let data: Dataset
  let compiled: Compiled
  private let reader: BatchReader
  private let values: FloatBuffer
  private let labels: UnsafeMutablePointer<Int32>
  private let perRow: FloatBuffer
  /// Outputs after the final activation, where the model's own end before it and a metric reads them.
  private let probabilities: FloatBuffer?

  init(_ model: Model, _ data: Dataset, _ compiled: Compiled, batchSize: Int, kernels: KernelTable) throws(SwiftCNNError) {
    self.model = model
    self.data = data
    self.compiled = compiled
    let size = min(batchSize, data.count)
    reader = try BatchReader(
      data.x, batchSize: size, inOrder: false, kernels: kernels, threads: Int(scnn_i_threads()))
    let rows = try Shape.count([size, data.targets.rows], of: "a batch of \(size)")
    values = try FloatBuffer(
      try Shape.count([rows, data.targets.columns + 1], of: "the targets of a batch of \(size)"),
      for: "the targets of a batch of \(size)")
    perRow = try FloatBuffer(2 * rows, for: "the losses of a batch of \(size)")
    let readsValues = compiled.metrics.contains { $0.readsValues(after: compiled.finalActivation) }
    let needsProbabilities = compiled.usesLogits && readsValues
    probabilities =
      needsProbabilities ? try FloatBuffer(rows * data.targets.columns, for: "the outputs of a batch of \(size)") : nil
    labels = UnsafeMutableRawPointer(values.pointer + rows * data.targets.columns).bindMemory(to: Int32.self, capacity: rows)
  }

  /// Loss and metrics of the samples `first`..<`first + count`, weights untouched.
  func test(from first: Int, count: Int) throws(SwiftCNNError) -> BatchResult {
    let input = try reader.read(from: first, count: count)
    return try model.exclusively { state throws(SwiftCNNError) in
      let plan = try state.plan(training: false, logits: compiled.usesLogits, batchSize: count)
      let outputs = plan.forward(state.batch(input, count))
      var result = try result(plan, outputs, first..<first + count, gradient: nil)
      result.loss += state.penalize(nil)
      return result
    }
  }

  /// One optimizer step on these samples.
  func train(_ samples: some RandomAccessCollection<Int>) throws(SwiftCNNError) -> BatchResult {
    let input = try reader.read(samples)
    return try model.exclusively { state throws(SwiftCNNError) in
      try state.requireCurrent(compiled)
      let result = try differentiate(samples, input, state, training: true, updatesStatistics: true)
      state.step(compiled.optimizer, try state.gradients)
      return result
    }
  }

  /// Loss and the gradients of all weights in `state.gradients`, weights untouched.
  func gradients(training: Bool, _ body: (Model.State, FloatBuffer) -> Void) throws(SwiftCNNError) -> BatchResult {
    let samples = 0..<data.count
    let input = try reader.read(from: 0, count: data.count)
    return try model.exclusively { state throws(SwiftCNNError) in
      let result = try differentiate(samples, input, state, training: training, updatesStatistics: false)
      body(state, try state.gradients)
      return result
    }
  }

  private func differentiate(
    _ samples: some RandomAccessCollection<Int>, _ input: UnsafeMutablePointer<Float>, _ state: Model.State, training: Bool,
    updatesStatistics: Bool
  ) throws(SwiftCNNError) -> BatchResult {
    let gradients = try state.gradients
    let plan = try state.plan(
      training: true, logits: compiled.usesLogits, batchSize: samples.count, behavior: training ? .training : .inference)
    let batch = state.batch(input, samples.count)
    let outputs = plan.forward(batch)
    var result = try result(plan, outputs, samples, gradient: plan.outputGradient(batch))
    if updatesStatistics { plan.updateStatistics(batch, in: state.weights.pointer) }
    plan.backward(batch, into: gradients.pointer)
    result.loss += state.penalize(gradients)
    return result
  }

  private func result(
    _ plan: Plan, _ outputs: UnsafeMutablePointer<Float>, _ samples: some RandomAccessCollection<Int>,
    gradient: UnsafeMutablePointer<Float>?
  ) throws(SwiftCNNError) -> BatchResult {
    let (rows, columns) = (samples.count * data.targets.rows, data.targets.columns)
    let targets = try data.targets.read(samples, labels: labels, values: values.pointer, plan.kernels)
    let weights = rowWeights(samples)
    let tallies = try tallies(plan.kernels, outputs, targets, weights, rows: rows, columns: columns)
    if !compiled.loss.wantsLabels { compiled.loss.smooth(values.pointer, count: rows * columns, columns: columns) }
    let losses = perRow.pointer
    compiled.loss.evaluate(
      plan.kernels, outputs: outputs, logits: compiled.usesLogits, targets: targets, weights: weights, scale: 1 / Float(rows),
      losses: losses, gradient: gradient, rows: rows, columns: columns)
    var loss = 0.0
    for row in 0..<rows { loss += Double(losses[row]) * Double(weights?[row] ?? 1) }
    return BatchResult(loss: loss / Double(rows), samples: samples.count, tallies: tallies)
  }

  /// What every metric counts in this batch.
  private func tallies(
    _ kernels: KernelTable, _ outputs: UnsafeMutablePointer<Float>, _ targets: Targets.Batch,
    _ weights: UnsafePointer<Float>?, rows: Int, columns: Int
  ) throws(SwiftCNNError) -> [[Double]] {
    if let probabilities {
      switch compiled.finalActivation.kernel {
      case let kernel?: kernels.activate(kernel.code, kernel.parameter, outputs, probabilities.pointer, rows * columns)
      case nil: kernels.softmax(outputs, probabilities.pointer, rows, columns)
      }
    }
    var answers = Answers(
      kernels: kernels, outputs: probabilities?.pointer ?? outputs, targets: targets, rows: rows, columns: columns)
    if compiled.usesLogits { answers.logits = Answers.Logits(values: outputs, activation: compiled.finalActivation) }
    var all: [[Double]] = []
    for metric in compiled.metrics {
      answers.weights = metric.isWeighted ? weights : nil
      var tallies = [Double](repeating: 0, count: metric.tallyCount(columns: columns))
      try metric.tally(answers, into: &tallies)
      all.append(tallies)
    }
    return all
  }

  /// The weight of each row, or nil if all are 1.
  private func rowWeights(_ samples: some RandomAccessCollection<Int>) -> UnsafePointer<Float>? {
    guard let weights = data.weights else { return nil }
    let rows = data.targets.rows
    let target = perRow.pointer + perRow.count / 2
    for (i, sample) in samples.enumerated() {
      for j in 0..<rows { target[i * rows + j] = weights[sample] }
    }
    return UnsafePointer(target)
  }
}
