import CSwiftCNN

extension Model {
  /// The outputs for every sample of `x`.
  ///
  /// - Parameters:
  ///   - x: (n, input shape…), any element type.
  ///   - steps: batches to use; 0 means all.
  ///   - output: n · (elements of the output shape) values; must not overlap `x`.
  public func predict(
    x: ArrayView, batchSize: Int = 32, steps: Int = 0, into output: UnsafeMutableBufferPointer<Float>,
    onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) {
    try checkBatches(batchSize, steps)
    try Dataset.check(x, graph)
    let batches = Batches(samples: x.sampleCount, size: batchSize, steps: steps)
    let samples = batches.range(batches.count - 1).upperBound
    let elements = outputShape.reduce(1, *)
    guard output.count == samples * elements else {
      throw .invalidValue(
        "the predictions of \(samples) samples have \(samples * elements) elements, got room for \(output.count)")
    }
    guard !x.overlaps(UnsafeRawBufferPointer(output)) else {
      throw .invalidValue("the output overlaps x, which would be overwritten while it is read; write to memory of its own")
    }
    try x.slice(0..<samples).checkFinite("x", kernels)
    let reader = try BatchReader(x, batchSize: batches.size, inOrder: true, kernels: kernels, threads: Int(scnn_i_threads()))
    for batch in 0..<batches.count {
      let range = batches.range(batch)
      let input = reader.read(from: range.lowerBound, count: range.count)
      try exclusively { state throws(SwiftCNNError) in
        let plan = try state.plan(training: false, logits: false, batchSize: range.count)
        let values = plan.forward(state.batch(input, range.count))
        (output.baseAddress! + range.lowerBound * elements).update(from: values, count: range.count * elements)
      }
      try tell(onEvent, batch, batches)
    }
  }

  private func tell(_ onEvent: EventHandler?, _ batch: Int, _ batches: Batches) throws(SwiftCNNError) {
    guard let onEvent else { return }
    var event = Event(.predictBatchEnd)
    (event.batch, event.batches, event.samples) = (batch, batches.count, batches.range(batch).upperBound)
    if onEvent(event) == .cancel { throw .cancelled }
  }
}
