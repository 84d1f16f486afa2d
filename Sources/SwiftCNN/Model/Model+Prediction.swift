import CSwiftCNN

extension Model {
  /// Computes the outputs for every sample of `x`, for a model with one input and one output.
  ///
  /// - Parameters:
  ///   - x: (n, input shape…), any element type.
  ///   - steps: batches to use; 0 means all.
  ///   - output: memory for n · (elements of the output shape) values. It must not overlap `x`.
  ///   - onEvent: called after every batch. Its answer can end the prediction; the rest of `output` then stays as it is.
  /// - Throws: `invalidValue` if `x`, `output` or a number does not fit, `cancelled` if `onEvent` returns it; `outOfMemory`.
  public func predict(
    x: ArrayView, batchSize: Int = 32, steps: Int = 0, into output: UnsafeMutableBufferPointer<Float>,
    onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) {
    try predict([x], batchSize: batchSize, steps: steps, into: [output], onEvent: onEvent)
  }

  /// The same for any number of inputs and outputs. It throws the same errors.
  public func predict(
    _ inputs: [ArrayView], batchSize: Int = 32, steps: Int = 0, into outputs: [UnsafeMutableBufferPointer<Float>],
    onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) {
    try checkBatches(batchSize, steps)
    let graph = try graph(for: inputs)
    let batches = Batches(samples: inputs[0].sampleCount, size: batchSize, steps: steps)
    let samples = batches.range(batches.count - 1).upperBound
    try checkRoom(outputs, graph.outputShapes, for: samples, of: inputs)
    let readers = try readers(inputs.map { $0.slice(0..<samples) }, batchSize: batches.size)
    defer { withExtendedLifetime(readers) {} }
    for batch in 0..<batches.count {
      let range = batches.range(batch)
      let read = try self.read(readers, range)
      try withWeights { state throws(SwiftCNNError) in
        let plan = try state.plan(training: false, compiled: nil, graph: graph, batchSize: range.count)
        let run = state.batch(read, range.count)
        plan.forward(run)
        copyOutputs(of: plan, run, to: outputs, graph.outputShapes, range)
      }
      if try tell(onEvent, batch, of: batches.count, samples: range.upperBound) { break }
    }
  }

  /// Computes the outputs for `x` as one batch. The layers work as in training or as in `predict`.
  ///
  /// - Parameters:
  ///   - x: (n, input shape…), any element type.
  ///   - draw: selects the random numbers, 0..<2^31. They are a function of the model's seed and of this number.
  ///   - output: memory for n · (elements of the output shape) values. It must not overlap `x`.
  /// - Throws: `invalidValue` if `x`, `draw` or `output` does not fit; `outOfMemory`.
  public func call(
    x: ArrayView, as behavior: LayerBehavior, draw: Int = 0, into output: UnsafeMutableBufferPointer<Float>
  ) throws(SwiftCNNError) {
    try call([x], as: behavior, draw: draw, into: [output])
  }

  /// The same for any number of inputs and outputs. It throws the same errors.
  public func call(
    _ inputs: [ArrayView], as behavior: LayerBehavior, draw: Int = 0, into outputs: [UnsafeMutableBufferPointer<Float>]
  ) throws(SwiftCNNError) {
    let graph = try graph(for: inputs)
    let count = inputs[0].sampleCount
    let changes = behavior == .training || behavior == .augmentation && graph.augments
    guard changes else { return try predict(inputs, batchSize: count, into: outputs) }
    let step = try Self.step(draw: draw)
    try checkRoom(outputs, graph.outputShapes, for: count, of: inputs)
    let readers = try readers(inputs, batchSize: count)
    defer { withExtendedLifetime(readers) {} }
    let read = try self.read(readers, 0..<count)
    try withWeights { state throws(SwiftCNNError) in
      let plan = try state.plan(training: true, compiled: nil, graph: graph, batchSize: count, behavior: behavior)
      let batch = state.batch(read, count, step: step)
      plan.forward(batch)
      copyOutputs(of: plan, batch, to: outputs, graph.outputShapes, 0..<count)
      if plan.updateStatistics(batch) { state.weightsChanged() }
    }
  }

  private static let draws = 0..<1 << 31

  /// The step number that determines the random numbers of a draw. The numbers of optimizer steps are smaller.
  static func step(draw: Int) throws(SwiftCNNError) -> Int {
    guard draws ~= draw else { throw .invalidValue("draw must be from 0 to \(draws.upperBound - 1), got \(draw)") }
    return draws.upperBound + draw
  }

  private func copyOutputs(
    of plan: Plan, _ batch: Plan.Batch, to outputs: [UnsafeMutableBufferPointer<Float>], _ shapes: [[Int]],
    _ samples: Range<Int>
  ) {
    for (i, (output, shape)) in zip(outputs, shapes).enumerated() {
      let elements = shape.reduce(1, *)
      let place = samples.lowerBound * elements..<samples.upperBound * elements
      _ = output[place].update(fromContentsOf: UnsafeBufferPointer(start: plan.output(i, batch), count: place.count))
    }
  }

  /// The readers own the memory of the batches, so they must live as long as it is used.
  func readers(_ inputs: [ArrayView], batchSize: Int) throws(SwiftCNNError) -> [BatchReader] {
    var readers: [BatchReader] = []
    for (x, name) in zip(inputs, Dataset.names(of: graph)) {
      try x.checkFinite(name, kernels)
      readers.append(
        try BatchReader(
          x, named: name, batchSize: batchSize, inOrder: true, kernels: kernels, threads: Int(scnn_i_threads())))
    }
    return readers
  }

  func read(
    _ readers: [BatchReader], _ range: Range<Int>
  ) throws(SwiftCNNError) -> [UnsafeMutablePointer<Float>] {
    var inputs: [UnsafeMutablePointer<Float>] = []
    for reader in readers { inputs.append(try reader.read(from: range.lowerBound, count: range.count)) }
    return inputs
  }

  /// Checks whether the output memory has the size for `samples` samples and does not overlap the inputs.
  private func checkRoom(
    _ outputs: [UnsafeMutableBufferPointer<Float>], _ outputShapes: [[Int]], for samples: Int, of inputs: [ArrayView]
  ) throws(SwiftCNNError) {
    guard outputs.count == outputShapes.count else {
      throw .invalidValue("the model has \(counted(outputShapes.count, "output")), got room for \(outputs.count)")
    }
    for (i, (output, shape)) in zip(outputs, outputShapes).enumerated() {
      let elements = try Shape.count([samples] + shape, of: "the predictions of \(samples) samples")
      let name = outputs.count == 1 ? "" : " of output '\(outputNames[i])'"
      guard output.count == elements else {
        throw .invalidValue(
          "the predictions\(name) of \(samples) samples have \(elements) elements, got room for \(output.count)")
      }
      guard !inputs.contains(where: { $0.overlaps(UnsafeRawBufferPointer(output)) }) else {
        throw .invalidValue("the output overlaps x, which would be overwritten while it is read; write to memory of its own")
      }
      guard !outputs[..<i].contains(where: { $0.overlaps(output) }) else {
        throw .invalidValue("the memory for output '\(outputNames[i])' overlaps that for another; give each memory of its own")
      }
    }
  }

  /// Whether to end the prediction after this batch.
  func tell(_ onEvent: EventHandler?, _ batch: Int, of batches: Int, samples: Int) throws(SwiftCNNError) -> Bool {
    guard let onEvent else { return false }
    var event = Event(.predictBatchEnd)
    (event.batch, event.batches, event.samples) = (batch, batches, samples)
    switch onEvent(event) {
    case .proceed: return false
    case .stop: return true
    case .cancel: throw .cancelled
    }
  }
}
