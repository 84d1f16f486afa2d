import CSwiftCNN

extension Model {
  /// The outputs for every sample of `x`.
  ///
  /// - Parameters:
  ///   - x: (n, input shape…), any element type.
  ///   - steps: batches to use; 0 means all.
  ///   - output: n · (elements of the output shape) values; must not overlap `x`.
  ///   - onEvent: called after every batch; its answer can end the prediction, which leaves the rest of `output` as it is.
  public func predict(
    x: ArrayView, batchSize: Int = 32, steps: Int = 0, into output: UnsafeMutableBufferPointer<Float>,
    onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) {
    try checkBatches(batchSize, steps)
    try Dataset.check(x, graph)
    let batches = Batches(samples: x.sampleCount, size: batchSize, steps: steps)
    let samples = batches.range(batches.count - 1).upperBound
    let elements = outputShape.reduce(1, *)
    try checkRoom(output, for: samples, of: x)
    try x.slice(0..<samples).checkFinite("x", kernels)
    let reader = try BatchReader(x, batchSize: batches.size, inOrder: true, kernels: kernels, threads: Int(scnn_i_threads()))
    for batch in 0..<batches.count {
      let range = batches.range(batch)
      let input = try reader.read(from: range.lowerBound, count: range.count)
      try exclusively { state throws(SwiftCNNError) in
        let plan = try state.plan(training: false, logits: false, batchSize: range.count)
        let values = plan.forward(state.batch(input, range.count))
        let place = range.lowerBound * elements..<range.upperBound * elements
        _ = output[place].update(fromContentsOf: UnsafeBufferPointer(start: values, count: place.count))
      }
      if try tell(onEvent, batch, batches) { break }
    }
  }

  /// The outputs for `x` as one batch, with its layers in training or as for `predict`.
  ///
  /// - Parameters:
  ///   - x: (n, input shape…), any element type.
  ///   - draw: chooses the random numbers, which are a function of the seed and of this, 0..<2^31.
  ///   - output: n · (elements of the output shape) values; must not overlap `x`.
  public func call(
    x: ArrayView, as behavior: LayerBehavior, draw: Int = 0, into output: UnsafeMutableBufferPointer<Float>
  ) throws(SwiftCNNError) {
    let changes = behavior == .training || behavior == .augmentation && graph.augments
    guard changes else { return try predict(x: x, batchSize: max(1, x.sampleCount), into: output) }
    guard Self.draws ~= draw else { throw .invalidValue("draw must be from 0 to \(Self.draws.upperBound - 1), got \(draw)") }
    try Dataset.check(x, graph)
    try checkRoom(output, for: x.sampleCount, of: x)
    try x.checkFinite("x", kernels)
    let reader = try BatchReader(x, batchSize: x.sampleCount, inOrder: true, kernels: kernels, threads: Int(scnn_i_threads()))
    let input = try reader.read(from: 0, count: x.sampleCount)
    try exclusively { state throws(SwiftCNNError) in
      let plan = try state.plan(training: true, logits: false, batchSize: x.sampleCount, behavior: behavior)
      // Optimizer steps stay below.
      let batch = state.batch(input, x.sampleCount, step: Self.draws.upperBound + draw)
      _ = output.update(fromContentsOf: UnsafeBufferPointer(start: plan.forward(batch), count: output.count))
      if plan.updateStatistics(batch, in: state.weights.pointer) { state.weightsChanged() }
    }
  }

  private static let draws = 0..<1 << 31

  /// Whether `output` is as large as the outputs of `samples` samples, and lies elsewhere than `x`.
  private func checkRoom(
    _ output: UnsafeMutableBufferPointer<Float>, for samples: Int, of x: ArrayView
  ) throws(SwiftCNNError) {
    let elements = outputShape.reduce(1, *)
    guard output.count == samples * elements else {
      throw .invalidValue(
        "the predictions of \(samples) samples have \(samples * elements) elements, got room for \(output.count)")
    }
    guard !x.overlaps(UnsafeRawBufferPointer(output)) else {
      throw .invalidValue("the output overlaps x, which would be overwritten while it is read; write to memory of its own")
    }
  }

  /// Whether the prediction is to end after this batch.
  private func tell(_ onEvent: EventHandler?, _ batch: Int, _ batches: Batches) throws(SwiftCNNError) -> Bool {
    guard let onEvent else { return false }
    var event = Event(.predictBatchEnd)
    (event.batch, event.batches, event.samples) = (batch, batches.count, batches.range(batch).upperBound)
    switch onEvent(event) {
    case .proceed: return false
    case .stop: return true
    case .cancel: throw .cancelled
    }
  }
}
