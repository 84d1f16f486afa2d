extension Model {
  /// Trains on arrays that Swift owns, one for each input and each output; see `fit(_:options:onEvent:)`.
  ///
  /// - Throws: the same errors as that method.
  @discardableResult
  public func fit(
    _ inputs: [Tensor], _ targets: [Tensor?], options: FitOptions = FitOptions(), onEvent: EventHandler? = nil
  ) throws -> History {
    try Self.withSamples(inputs, targets) { try fit($0, options: options, onEvent: onEvent) }
  }

  /// Computes the loss, the loss of each output if there are several, and the metrics over all samples.
  ///
  /// - Throws: the same errors as `evaluate(x:y:sampleWeight:batchSize:steps:onEvent:)`.
  public func evaluate(_ inputs: [Tensor], _ targets: [Tensor?], batchSize: Int = 32) throws -> [Double] {
    try Self.withSamples(inputs, targets) { try evaluate($0, batchSize: batchSize).values }
  }

  /// Makes one optimizer step on all samples.
  ///
  /// - Returns: losses and metrics of these samples, before the step, as from `evaluate`.
  /// - Throws: the same errors as `trainOnBatch(x:y:sampleWeight:classWeight:)`.
  @discardableResult
  public func trainOnBatch(_ inputs: [Tensor], _ targets: [Tensor?]) throws -> [Double] {
    try Self.withSamples(inputs, targets) { try trainOnBatch($0).values }
  }

  /// The outputs, each of shape (n, output shape…).
  ///
  /// - Throws: the same errors as `predict(x:batchSize:steps:into:onEvent:)`.
  public func predict(_ inputs: [Tensor], batchSize: Int = 32) throws -> [Tensor] {
    try outputs(of: inputs) { try predict($0, batchSize: batchSize, into: $1) }
  }

  /// The outputs for all samples as one batch. The layers work as in training or as in inference; see `call(x:as:draw:into:)`.
  ///
  /// - Throws: the same errors as that method.
  public func call(_ inputs: [Tensor], as behavior: LayerBehavior, draw: Int = 0) throws -> [Tensor] {
    try outputs(of: inputs) { try call($0, as: behavior, draw: draw, into: $1) }
  }

  private func outputs(
    of inputs: [Tensor], _ compute: ([ArrayView], [UnsafeMutableBufferPointer<Float>]) throws -> Void
  ) throws -> [Tensor] {
    let shapes = outputShapes.map { [inputs.first?.shape.first ?? 0] + $0 }
    var buffers: [FloatBuffer] = []
    for shape in shapes {
      buffers.append(try FloatBuffer(try Shape.count(shape, of: "the predictions"), for: "the predictions"))
    }
    defer { withExtendedLifetime(buffers) {} }
    try Tensor.withViews(inputs) { try compute($0.compactMap(\.self), buffers.map(\.values)) }
    return try zip(shapes, buffers).map { try Tensor(shape: $0, values: Array($1.values)) }
  }

  private static func withSamples<R>(
    _ inputs: [Tensor], _ targets: [Tensor?], _ body: (Samples) throws -> R
  ) throws -> R {
    try Tensor.withViews(inputs + targets) { views in
      try body(Samples(inputs: views[..<inputs.count].compactMap(\.self), targets: Array(views[inputs.count...])))
    }
  }
}

extension Tensor {
  /// Calls `body` with views of several tensors.
  fileprivate static func withViews<R>(_ tensors: [Tensor?], _ body: ([ArrayView?]) throws -> R) throws -> R {
    try lend(tensors[...], [], body)
  }

  private static func lend<R>(
    _ rest: ArraySlice<Tensor?>, _ views: [ArrayView?], _ body: ([ArrayView?]) throws -> R
  ) throws -> R {
    guard let first = rest.first else { return try body(views) }
    guard let first else { return try lend(rest.dropFirst(), views + [nil], body) }
    return try first.withView { try lend(rest.dropFirst(), views + [$0], body) }
  }
}
