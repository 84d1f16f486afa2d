import CKernels
import CSwiftCNN

/// Computes batches of one data set on one model. Only here are a forward pass, a loss, a backward pass and an optimizer step
/// combined. The trainer owns the memory that a batch needs.
struct Trainer {
  private let model: any TrainableModel
  let data: Dataset
  let compiled: Compiled
  /// The model's graph for samples of this size.
  private let graph: Graph
  private let readers: [BatchReader]
  /// One for each output; nil for an output without targets.
  private let comparisons: [HeadComparison?]

  /// - Parameter inOrder: whether samples are read only by ranges. Arrays that can be read in place then need no memory.
  init(
    _ model: any TrainableModel, _ data: Dataset, _ compiled: Compiled, batchSize: Int, inOrder: Bool = false
  ) throws(SwiftCNNError) {
    self.model = model
    self.data = data
    self.compiled = compiled
    graph = try model.graph(for: data.inputs)
    let size = min(batchSize, data.count)
    var readers: [BatchReader] = []
    for (x, name) in zip(data.inputs, Dataset.names(of: model.graph)) {
      readers.append(
        try BatchReader(
          x, named: name, batchSize: size, inOrder: inOrder, kernels: model.kernels, threads: Int(scnn_i_threads())))
    }
    self.readers = readers
    var comparisons: [HeadComparison?] = []
    for (i, head) in compiled.heads.enumerated() {
      comparisons.append(
        try data.targets[i].map { targets throws(SwiftCNNError) in
          try HeadComparison(head, targets, data.weights[i], batchSize: size)
        })
    }
    self.comparisons = comparisons
  }

  /// Loss and metrics of the samples `first`..<`first + count`. The weights do not change.
  func test(from first: Int, count: Int) throws(SwiftCNNError) -> BatchResult {
    defer { withExtendedLifetime(readers) {} }
    let inputs = try read(from: first, count: count)
    return try model.withWeights { state throws(SwiftCNNError) in
      let plan = try state.plan(training: false, compiled: compiled, graph: graph, batchSize: count)
      let batch = state.batch(inputs, count)
      plan.forward(batch)
      var result = try result(plan, batch, first..<first + count, differentiates: false)
      result.loss += state.penalize(nil)
      return result
    }
  }

  /// Loss and metrics of all samples as one batch.
  func testAll() throws(SwiftCNNError) -> BatchResult { try test(from: 0, count: data.count) }

  /// One optimizer step on these samples.
  func train(_ samples: some RandomAccessCollection<Int>) throws(SwiftCNNError) -> BatchResult {
    defer { withExtendedLifetime(readers) {} }
    return try train(samples, try read(samples))
  }

  /// One optimizer step on all samples as one batch.
  func trainOnAll() throws(SwiftCNNError) -> BatchResult {
    defer { withExtendedLifetime(readers) {} }
    return try train(0..<data.count, try read(from: 0, count: data.count))
  }

  private func train(
    _ samples: some RandomAccessCollection<Int>, _ inputs: [UnsafeMutablePointer<Float>]
  ) throws(SwiftCNNError) -> BatchResult {
    try model.withWeights { state throws(SwiftCNNError) in
      try state.requireCurrent(compiled)
      let result = try differentiate(samples, inputs, state, training: true, updatesStatistics: true)
      state.step(compiled.optimizer, try state.gradients)
      return result
    }
  }

  /// Computes the loss, and the gradients of all weights into `state.gradients`. The weights do not change.
  func gradients(training: Bool, _ body: (Session, FloatBuffer) -> Void) throws(SwiftCNNError) -> BatchResult {
    defer { withExtendedLifetime(readers) {} }
    let samples = 0..<data.count
    let inputs = try read(from: 0, count: data.count)
    return try model.withWeights { state throws(SwiftCNNError) in
      let result = try differentiate(samples, inputs, state, training: training, updatesStatistics: false)
      body(state, try state.gradients)
      return result
    }
  }

  private func read(from first: Int, count: Int) throws(SwiftCNNError) -> [UnsafeMutablePointer<Float>] {
    var inputs: [UnsafeMutablePointer<Float>] = []
    for reader in readers { inputs.append(try reader.read(from: first, count: count)) }
    return inputs
  }

  private func read(_ samples: some RandomAccessCollection<Int>) throws(SwiftCNNError) -> [UnsafeMutablePointer<Float>] {
    var inputs: [UnsafeMutablePointer<Float>] = []
    for reader in readers { inputs.append(try reader.read(samples)) }
    return inputs
  }

  private func differentiate(
    _ samples: some RandomAccessCollection<Int>, _ inputs: [UnsafeMutablePointer<Float>], _ state: Session, training: Bool,
    updatesStatistics: Bool
  ) throws(SwiftCNNError) -> BatchResult {
    let gradients = try state.gradients
    let plan = try state.plan(
      training: true, compiled: compiled, graph: graph, batchSize: samples.count, behavior: training ? .training : .inference)
    let batch = state.batch(inputs, samples.count)
    plan.forward(batch)
    var result = try result(plan, batch, samples, differentiates: true)
    if updatesStatistics { plan.updateStatistics(batch) }
    plan.backward(batch, into: gradients.pointer)
    result.loss += state.penalize(gradients)
    return result
  }

  private func result(
    _ plan: Plan, _ batch: Plan.Batch, _ samples: some RandomAccessCollection<Int>, differentiates: Bool
  ) throws(SwiftCNNError) -> BatchResult {
    var result = BatchResult(loss: plan.penalty(batch), losses: [], samples: samples.count, tallies: [])
    for (i, comparison) in comparisons.enumerated() {
      guard let comparison else { continue }
      let gradient = differentiates ? plan.outputGradient(i, batch) : nil
      let (loss, tallies) = try comparison.compare(plan.output(i, batch), samples, plan.kernels, gradient: gradient)
      result.tallies += tallies
      guard let loss else { continue }
      result.losses.append(loss)
      result.loss += compiled.heads[i].weight * loss
    }
    return result
  }
}

/// Compares batches of one output with its targets. It owns the memory for this.
struct HeadComparison {
  private let head: Head
  private let targets: Targets
  /// One weight per sample; nil if all are 1.
  private let weights: BufferSlice<Float>?
  private let values: FloatBuffer
  private let labels: UnsafeMutablePointer<Int32>
  private let perRow: FloatBuffer
  /// The outputs after the final activation. They are needed if the plan ends before this activation and a metric reads them.
  private let probabilities: FloatBuffer?

  init(_ head: Head, _ targets: Targets, _ weights: BufferSlice<Float>?, batchSize: Int) throws(SwiftCNNError) {
    self.head = head
    self.targets = targets
    self.weights = weights
    let rows = try Shape.count([batchSize, targets.rows], of: "a batch of \(batchSize)")
    values = try FloatBuffer(
      try Shape.count([rows, targets.columns + 1], of: "the targets of a batch of \(batchSize)"),
      for: "the targets of a batch of \(batchSize)")
    perRow = try FloatBuffer(2 * rows, for: "the losses of a batch of \(batchSize)")
    let readsValues = head.metrics.contains { $0.readsValues(after: head.finalActivation) }
    probabilities =
      head.usesLogits && readsValues
      ? try FloatBuffer(rows * targets.columns, for: "the outputs of a batch of \(batchSize)") : nil
    labels = UnsafeMutableRawPointer(values.pointer + rows * targets.columns).bindMemory(to: Int32.self, capacity: rows)
  }

  /// The mean loss (nil if the output has no loss) and the tallies of every metric.
  /// - Parameter gradient: memory for the gradient of the weighted loss, if it is needed.
  func compare(
    _ outputs: UnsafeMutablePointer<Float>, _ samples: some RandomAccessCollection<Int>, _ kernels: KernelTable,
    gradient: UnsafeMutablePointer<Float>?
  ) throws(SwiftCNNError) -> (loss: Double?, tallies: [[Double]]) {
    let (rows, columns) = (samples.count * targets.rows, targets.columns)
    let batch = try targets.read(samples, labels: labels, values: values.pointer, kernels)
    let weights = rowWeights(samples)
    let tallies = try tallies(kernels, outputs, batch, weights, rows: rows, columns: columns)
    guard let loss = head.loss else { return (nil, tallies) }
    if !head.wantsLabels { loss.smooth(values.pointer, count: rows * columns, columns: columns) }
    let losses = perRow.pointer
    loss.evaluate(
      kernels, outputs: outputs, logits: head.usesLogits, targets: batch, weights: weights,
      scale: Float(head.weight) / Float(rows), losses: losses, gradient: gradient, rows: rows, columns: columns)
    var sum = 0.0
    for row in 0..<rows { sum += Double(losses[row]) * Double(weights?[row] ?? 1) }
    return (sum / Double(rows), tallies)
  }

  private func tallies(
    _ kernels: KernelTable, _ outputs: UnsafeMutablePointer<Float>, _ targets: Targets.Batch,
    _ weights: UnsafePointer<Float>?, rows: Int, columns: Int
  ) throws(SwiftCNNError) -> [[Double]] {
    if let probabilities {
      switch head.finalActivation.kernel {
      case let kernel?: kernels.activate(kernel.code, kernel.parameter, outputs, probabilities.pointer, rows * columns)
      case nil: kernels.softmax(outputs, probabilities.pointer, rows, columns)
      }
    }
    var answers = MetricInputs(
      kernels: kernels, outputs: probabilities?.pointer ?? outputs, targets: targets, rows: rows, columns: columns)
    if head.usesLogits { answers.logits = MetricInputs.Logits(values: outputs, activation: head.finalActivation) }
    var all: [[Double]] = []
    for metric in head.metrics {
      answers.weights = metric.isWeighted ? weights : nil
      var tallies = [Double](repeating: 0, count: metric.tallyCount(columns: columns))
      try metric.tally(answers, into: &tallies)
      all.append(tallies)
    }
    return all
  }

  /// The weight of each row; nil if all are 1.
  private func rowWeights(_ samples: some RandomAccessCollection<Int>) -> UnsafePointer<Float>? {
    guard let weights else { return nil }
    let rows = targets.rows
    let target = perRow.pointer + perRow.count / 2
    for (i, sample) in samples.enumerated() {
      for j in 0..<rows { target[i * rows + j] = weights[sample] }
    }
    return UnsafePointer(target)
  }
}
