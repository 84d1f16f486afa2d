/// A weight tensor's name and shape, in the order in which weights are listed everywhere.
public struct WeightSpec: Sendable, Equatable {
  /// "conv2d/kernel"
  public let name: String
  /// HWIO for a convolution, (in, out) for a dense layer, (out,) for a bias.
  public let shape: [Int]
}

extension Model {
  public var weightSpecs: [WeightSpec] { graph.weights.map { WeightSpec(name: $0.name, shape: $0.shape) } }

  /// Copies weight `index`, in C order, into memory of its size.
  public func weight(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) throws(SwiftCNNError) {
    try check(index, count: target.count)
    try exclusively { state throws(SwiftCNNError) in _ = target.update(from: try state.values(index)) }
  }

  public func setWeight(_ index: Int, _ values: UnsafeBufferPointer<Float>) throws(SwiftCNNError) {
    try check(index, count: values.count)
    exclusively { state in _ = state.room(index).update(from: values) }
  }

  /// All weights end to end, without gaps.
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
      return try exclusively { state throws(SwiftCNNError) in
        var tensors: [UnsafeMutableBufferPointer<Float>] = []
        for index in graph.weights.indices { tensors.append(try state.values(index)) }
        return [Float](unsafeUninitializedCapacity: parameterCount) { target, count in
          for tensor in tensors { count = target[count...].update(fromContentsOf: tensor) }
        }
      }
    }
  }

  /// Writes the tensors of a flat buffer end to end.
  func collect(_ buffer: FloatBuffer, _ state: State, into target: UnsafeMutableBufferPointer<Float>) {
    var next = 0
    for index in graph.weights.indices {
      next = target[next...].update(fromContentsOf: state.values(index, in: buffer))
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
