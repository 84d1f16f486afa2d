@testable import SwiftCNN

/// What `Model.differentiate` gives for all that can be asked.
struct Derivatives: Equatable {
  var outputs: [[Float]] = []
  var weights: [Float] = []
  var inputs: [[Float]] = []

  /// - Parameter gradients: nil for an output without one.
  init(
    _ model: Model, _ inputs: [Tensor], _ gradients: [Tensor?], as behavior: LayerBehavior = .inference, draw: Int? = nil,
    wantsInputs: Bool = true
  ) throws {
    let count = inputs[0].shape[0]
    outputs = model.outputShapes.map { Array(repeating: .nan, count: count * $0.reduce(1, *)) }
    weights = Array(repeating: .nan, count: model.parameterCount)
    if wantsInputs { self.inputs = model.inputShapes.map { Array(repeating: .nan, count: count * $0.reduce(1, *)) } }
    let given = inputs + gradients.compactMap(\.self)
    try withViews(given[...], []) { views in
      var rest = views[inputs.count...]
      let gradients = gradients.map { $0 == nil ? nil : rest.removeFirst() }
      try lend(&self.outputs) { outputs in
        try weights.withUnsafeMutableBufferPointer { weights in
          try lend(&self.inputs) { inputGradients in
            try model.differentiate(
              Array(views[..<inputs.count]), outputGradients: gradients, as: behavior, draw: draw, outputs: outputs,
              weightGradients: weights, inputGradients: inputGradients)
          }
        }
      }
    }
  }
}

/// Views of all tensors at once.
func withViews<R>(_ tensors: ArraySlice<Tensor>, _ views: [ArrayView], _ body: ([ArrayView]) throws -> R) throws -> R {
  guard let first = tensors.first else { return try body(views) }
  return try first.withView { try withViews(tensors.dropFirst(), views + [$0], body) }
}

/// Lends memory with the values of all arrays at once, and takes over what it holds then.
private func lend(_ arrays: inout [[Float]], _ body: ([UnsafeMutableBufferPointer<Float>?]) throws -> Void) throws {
  let memory = arrays.map { array in
    let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: array.count)
    _ = copy.initialize(from: array)
    return copy
  }
  defer { for copy in memory { copy.deallocate() } }
  try body(memory)
  arrays = memory.map { Array($0) }
}

/// Noise in [-1, 1), of one sample's shape, `count` times.
func noiseTensor(_ count: Int, _ shape: [Int], seed: UInt64) throws -> Tensor {
  try Tensor(shape: [count] + shape, values: values(count * shape.reduce(1, *), seed: seed))
}
