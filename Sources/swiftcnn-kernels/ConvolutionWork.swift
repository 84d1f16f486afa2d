@testable import SwiftCNN

/// Plans of one convolution, as training and prediction run them, ready to be run again and again.
final class ConvolutionWork {
  private let shape: ConvolutionShape
  /// The convolution alone: backward computes the gradients of its weights.
  private let alone: Model
  /// Frozen behind a layer that learns: backward computes the gradient of its input only. The other layer takes one product for
  /// each input of the convolution, hardly more than nothing.
  private let frozen: Model
  private let input: FloatBuffer
  private let gradients: FloatBuffer
  /// How the convolution is computed.
  private(set) var algorithm = ""

  /// - Parameter direct: true for the direct form, whatever the planner prefers.
  init(_ shape: ConvolutionShape, direct: Bool) throws {
    self.shape = shape
    let layer = Conv2D(
      shape.filters, kernelSize: Extent(shape.kernel, shape.kernel), strides: Extent(shape.stride, shape.stride),
      padding: shape.isPadded ? .same : .valid, groups: shape.groups)
    alone = try Sequential(input: [shape.height, shape.width, shape.channels], seed: 1) { layer }
    frozen = try Sequential(input: [shape.height, shape.width, 1], seed: 1) {
      Conv2D(shape.channels, kernelSize: 1, useBias: false)
      layer
    }
    try frozen.setTrainable(false, layer: 1)
    input = try FloatBuffer(shape.images * shape.height * shape.width * shape.channels, for: "the images")
    gradients = try FloatBuffer(max(alone.graph.bufferCount, frozen.graph.bufferCount), for: "the gradients")
    for i in 0..<input.count { input.pointer[i] = Float(i % 251) / 251 }
    for model in [alone, frozen] {
      try model.exclusively { state throws(SwiftCNNError) in state.allowsWinograd = !direct }
    }
    try prepare()
  }

  /// Makes the plans and fills what backward reads.
  private func prepare() throws {
    algorithm = try alone.exclusively { state throws(SwiftCNNError) in
      try state.design(training: true, compiled: nil, batchSize: shape.images).operations[0].algorithm
    }
    try forward()
    for model in [alone, frozen] {
      try run(model, training: true) { plan, batch in
        plan.forward(batch)
        let outputs = shape.images * model.outputShape.reduce(1, *)
        guard let gradient = plan.outputGradient(0, batch) else { return }
        for i in 0..<outputs { gradient[i] = Float(i % 127) / 127 }
        plan.backward(batch, into: gradients.pointer)
      }
    }
  }

  func forward() throws {
    try run(alone, training: false) { plan, batch in plan.forward(batch) }
  }

  func weightGradients() throws {
    try run(alone, training: true) { plan, batch in plan.backward(batch, into: gradients.pointer) }
  }

  func dataGradient() throws {
    try run(frozen, training: true) { plan, batch in plan.backward(batch, into: gradients.pointer) }
  }

  private func run(_ model: Model, training: Bool, _ body: (Plan, Plan.Batch) -> Void) throws {
    try model.withWeights { state throws(SwiftCNNError) in
      body(try state.plan(training: training, compiled: nil, batchSize: shape.images), state.batch([input.pointer], shape.images))
    }
  }
}
