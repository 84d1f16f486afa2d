extension Model {
  /// Trains on arrays that Swift owns; see `fit(x:y:sampleWeight:options:onEvent:)`.
  ///
  /// - Throws: the same errors as that method.
  @discardableResult
  public func fit(
    _ x: Tensor, _ y: Tensor, batchSize: Int = 32, epochs: Int = 1, shuffle: Bool = true, validationSplit: Double = 0,
    validation: (x: Tensor, y: Tensor)? = nil, onEvent: EventHandler? = nil
  ) throws -> History {
    var options = FitOptions()
    options.batchSize = batchSize
    options.epochs = epochs
    options.shuffle = shuffle
    options.validationSplit = validationSplit
    return try x.withView { x in
      try y.withView { y in
        guard let validation else { return try fit(x: x, y: y, options: options, onEvent: onEvent) }
        return try validation.x.withView { vx in
          try validation.y.withView { vy in
            options.validation = Samples(x: vx, y: vy)
            return try fit(x: x, y: y, options: options, onEvent: onEvent)
          }
        }
      }
    }
  }

  /// Computes the loss and then the metrics over all samples.
  ///
  /// - Throws: the same errors as `evaluate(x:y:sampleWeight:batchSize:steps:onEvent:)`.
  public func evaluate(_ x: Tensor, _ y: Tensor, batchSize: Int = 32) throws -> [Double] {
    try x.withView { x in try y.withView { y in try evaluate(x: x, y: y, batchSize: batchSize) } }
  }

  /// Makes one optimizer step on all samples.
  ///
  /// - Returns: loss and metrics of these samples, before the step.
  /// - Throws: the same errors as `trainOnBatch(x:y:sampleWeight:classWeight:)`.
  @discardableResult
  public func trainOnBatch(_ x: Tensor, _ y: Tensor) throws -> [Double] {
    try x.withView { x in try y.withView { y in try trainOnBatch(x: x, y: y) } }
  }

  /// The outputs, of shape (n, output shape…).
  ///
  /// - Throws: the same errors as `predict(x:batchSize:steps:into:onEvent:)`.
  public func predict(_ x: Tensor, batchSize: Int = 32) throws -> Tensor {
    try outputs(of: x) { x, output in try predict(x: x, batchSize: batchSize, into: output) }
  }

  /// The outputs for all samples as one batch. The layers work as in training or as in inference; see `call(x:as:draw:into:)`.
  ///
  /// - Throws: the same errors as that method.
  public func call(_ x: Tensor, as behavior: LayerBehavior, draw: Int = 0) throws -> Tensor {
    try outputs(of: x) { x, output in try call(x: x, as: behavior, draw: draw, into: output) }
  }

  private func outputs(
    of x: Tensor, _ compute: (ArrayView, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Tensor {
    let shape = [x.shape.first ?? 0] + outputShape
    let count = try Shape.count(shape, of: "the predictions")
    try Memory.ensureAvailable(count * MemoryLayout<Float>.stride, for: "the predictions")
    var output = [Float](repeating: 0, count: count)
    try output.withUnsafeMutableBufferPointer { output in try x.withView { try compute($0, output) } }
    return try Tensor(shape: shape, values: output)
  }
}
