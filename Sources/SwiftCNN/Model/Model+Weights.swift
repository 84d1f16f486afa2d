/// The name and shape of a weight tensor. Weights are listed in the same order everywhere.
public struct WeightSpec: Sendable, Equatable {
  /// The layer's name and the weight's name, as in "conv2d/kernel".
  public let name: String
  /// HWIO for a convolution, (in, out) for a dense layer, (out,) for a bias.
  public let shape: [Int]
}

extension Model {
  /// Names and shapes of all weights, in order.
  public var weightSpecs: [WeightSpec] { graph.weights.map { WeightSpec(name: $0.name, shape: $0.shape) } }

  /// Copies weight `index`, in C order, into memory of its size.
  ///
  /// - Throws: `invalidValue` if there is no such weight, or its size is different; `outOfMemory`.
  public func weight(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) throws(SwiftCNNError) {
    try check(index, count: target.count)
    try drawWeight(index)
    exclusively { state in _ = target.update(from: state.values(index)) }
  }

  /// Replaces weight `index` by `values`, in C order.
  ///
  /// - Throws: `invalidValue` if there is no such weight, or its size is different.
  public func setWeight(_ index: Int, _ values: UnsafeBufferPointer<Float>) throws(SwiftCNNError) {
    try check(index, count: values.count)
    exclusively { state in _ = state.room(index).update(from: values) }
  }

  /// Replaces all weights by values end to end, without gaps.
  ///
  /// - Throws: `invalidValue` if there are not `parameterCount` values. In that case nothing changes.
  public func setWeights(_ all: UnsafeBufferPointer<Float>) throws(SwiftCNNError) {
    guard all.count == parameterCount else {
      throw .invalidValue("the model has \(parameterCount) parameters, got \(all.count) values")
    }
    exclusively { state in
      var next = 0
      for (index, weight) in graph.weights.enumerated() {
        _ = state.room(index).update(fromContentsOf: all[next..<next + weight.count])
        next += weight.count
      }
    }
  }

  /// All weights end to end, without gaps.
  public var weights: [Float] {
    get throws(SwiftCNNError) {
      try Memory.ensureAvailable(parameterCount * MemoryLayout<Float>.stride, for: "a copy of the weights")
      return try withWeights { state in
        [Float](unsafeUninitializedCapacity: parameterCount) { target, count in
          for index in graph.weights.indices { count = target[count...].update(fromContentsOf: state.values(index)) }
        }
      }
    }
  }

  /// Writes the tensors of a flat buffer end to end.
  func collect(_ buffer: FloatBuffer, _ state: Session, into target: UnsafeMutableBufferPointer<Float>) {
    var next = 0
    for index in graph.weights.indices {
      next = target[next...].update(fromContentsOf: state.values(index, in: buffer))
    }
  }

  /// Draws the initial values of weights that do not have them yet. This may take long and can be interrupted, so no lock is held
  /// during the computation.
  func drawWeights() throws(SwiftCNNError) {
    if reading({ $0.isDrawn }) { return }
    for index in graph.weights.indices { try drawWeight(index) }
    exclusively { $0.isDrawn = true }
  }

  /// If two threads draw the same weight, the first one sets its value.
  private func drawWeight(_ index: Int) throws(SwiftCNNError) {
    guard let initial = exclusively({ $0.initialValue(index) }) else { return }
    let drawn = try FloatBuffer(initial.weight.count, for: "the initial values of \(initial.weight.name)")
    try initial.fill(drawn.values)
    exclusively { state in
      if state.initialValue(index) != nil { _ = state.room(index).update(fromContentsOf: drawn.values) }
    }
  }

  private func check(_ index: Int, count: Int) throws(SwiftCNNError) {
    guard graph.weights.indices.contains(index) else {
      throw .invalidValue("the model has the weights 0 to \(graph.weights.count - 1), got the index \(index)")
    }
    let weight = graph.weights[index]
    guard weight.count == count else {
      throw .invalidValue("\(weight.name) has the shape \(Shape.text(weight.shape)), \(weight.count) elements; got \(count)")
    }
  }
}
