extension Model {
  /// Computes the outputs for all samples of one epoch of a source's batches, in order. Each output has the shape (n, output
  /// shape…). Targets are ignored.
  ///
  /// - Parameters:
  ///   - steps: batches to use; 0 means all.
  ///   - onEvent: called after every batch. Its answer can end the prediction, as if there were no more batches.
  /// - Throws: the errors of the source; `invalidValue` if it gives no batch, or one that does not fit; `cancelled` if `onEvent`
  ///   returns it; `outOfMemory`.
  public func predict(
    _ source: any BatchSource, steps: Int = 0, onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> [Tensor] {
    try checkBatches(1, steps)
    guard try source.beginEpoch(0) else {
      throw .invalidValue("\(source.name) has no more batches; prediction needs at least one")
    }
    var predictions = Predictions()
    while let samples = try source.batch(predictions.batches, steps: steps) {
      try source.naming(predictions.batches) { () throws(SwiftCNNError) in try predictions.append(self, samples.inputs) }
      let batches = steps == 0 ? max(0, source.batchesPerEpoch) : steps
      if try tell(onEvent, predictions.batches - 1, of: batches, samples: predictions.samples) { break }
    }
    try source.endEpoch()
    return try predictions.joined()
  }
}

/// The outputs for several batches.
private struct Predictions {
  /// The shape of one sample of each output.
  private var shapes: [[Int]] = []
  private(set) var samples = 0
  /// For each batch, the memory of each output.
  private var parts: [[FloatBuffer]] = []

  var batches: Int { parts.count }

  /// Computes one batch.
  mutating func append(_ model: Model, _ inputs: [ArrayView]) throws(SwiftCNNError) {
    let (found, count) = (try model.graph(for: inputs).outputShapes, inputs[0].sampleCount)
    guard parts.isEmpty || found == shapes else {
      throw .invalidValue(
        "the outputs have the shapes \(found.map(Shape.text)), those of the batches before it \(shapes.map(Shape.text)); predict "
          + "images of different sizes by calls of their own")
    }
    var part: [FloatBuffer] = []
    for shape in found {
      part.append(try FloatBuffer(try Shape.count([count] + shape, of: "the predictions"), for: "the predictions of a batch"))
    }
    try model.predict(inputs, batchSize: count, into: part.map(\.values))
    parts.append(part)
    (shapes, samples) = (found, samples + count)
  }

  /// The outputs of all batches, end to end.
  func joined() throws(SwiftCNNError) -> [Tensor] {
    var tensors: [Tensor] = []
    for (output, shape) in shapes.enumerated() {
      let whole = [samples] + shape
      let count = try Shape.count(whole, of: "the predictions")
      try Memory.ensureAvailable(count * MemoryLayout<Float>.stride, for: "the predictions")
      var values: [Float] = []
      values.reserveCapacity(count)
      for part in parts { values.append(contentsOf: part[output].values) }
      tensors.append(try Tensor(shape: whole, values: values))
    }
    return tensors
  }
}
