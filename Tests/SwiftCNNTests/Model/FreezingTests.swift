import Testing

@testable import SwiftCNN

@Suite("Layers that do not learn")
struct FreezingTests {
  @Test("a frozen layer stays, the others learn, and a saved model remembers which")
  func frozen() throws {
    let model = try network()
    try model.setTrainable(false, layer: "dense")
    let copy = try model.serialized().withUnsafeBytes { try Model.deserialize($0) }
    for model in [model, copy] {
      #expect(model.layerNames.indices.map(model.isTrainable) == [false, true, true])
      let before = try model.weights
      try model.fit(inputs(), labels(), batchSize: 5)
      let after = try model.weights
      #expect(after[..<30] == before[..<30])
      #expect(zip(after[30...], before[30...]).allSatisfy(!=))
    }
    #expect(try model.weights == copy.weights)
  }

  @Test("backward ends at the first layer that learns")
  func leading() throws {
    let model = try network()
    // So many images that the threads' own memory does not count: other tests change the number of threads.
    func memory() throws -> Int {
      try model.exclusively { state throws(SwiftCNNError) in
        try state.design(training: true, compiled: nil, batchSize: 65_536).layout.arenaElements
      }
    }
    let whole = try memory()
    try model.setTrainable(false, layer: 0)
    try model.setTrainable(false, layer: 1)
    #expect(try memory() < whole)
  }

  static let inTheMiddle: [[any Layer]] = [
    [Conv2D(6, kernelSize: 3, strides: 2, activation: .relu)],
    [Conv2D(20, kernelSize: 3, padding: .same)],
    [Conv2D(20, kernelSize: 3), MaxPooling2D()],
    [Conv2D(2, kernelSize: 3), MaxPooling2D()],
    [Conv2D(16, kernelSize: 3, groups: 8)],
    [DepthwiseConv2D(kernelSize: 3)],
    [SeparableConv2D(5, kernelSize: 3)],
    [Conv2DTranspose(5, kernelSize: 3, strides: 2)],
    [Dense(7, activation: .relu)],
    [PReLU(sharedAxes: [1, 2])],
    [PReLU()],
    [LayerNormalization()],
    [GroupNormalization(groups: 4)],
    [GroupNormalization(groups: 5, axis: -2)],
  ]

  @Test("gradients go through a frozen layer as through one that learns", arguments: inTheMiddle)
  func middle(_ layers: [any Layer]) throws {
    let model = try Sequential(input: [12, 10, 16], seed: 5) {
      Conv2D(16, kernelSize: 1)
      layers
      Flatten()
      Dense(3)
    }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    let x = try Tensor(shape: [5, 12, 10, 16], values: values(5 * 12 * 10 * 16, seed: 6))
    let y = try Tensor(shape: [5, 3], values: values(15, seed: 7))
    let (loss, learning) = try model.gradients(x, y)
    try model.setTrainable(false, layer: 1)
    let (lossNow, frozen) = try model.gradients(x, y)
    #expect(lossNow == loss)
    let first = 16 * 16 + 16
    let own = first..<first + model.graph.weights[model.graph.layers[1].weights].map(\.count).reduce(0, +)
    #expect(learning[own].contains { $0 != 0 } && frozen[own].allSatisfy { $0 == 0 })
    #expect(frozen[..<first] == learning[..<first] && frozen[own.upperBound...] == learning[own.upperBound...])
    #expect(frozen[..<first].contains { $0 != 0 })
  }

  @Test("a layer that does not exist is refused by its name")
  func unknown() throws {
    let model = try network()
    #expect(throws: SwiftCNNError.invalidValue("no layer is called 'conv'; there are dense, batch_normalization, dense_1")) {
      try model.setTrainable(false, layer: "conv")
    }
    #expect(throws: SwiftCNNError.invalidValue("the model has the layers 0 to 2, got the index 3")) {
      try model.setTrainable(false, layer: 3)
    }
  }

  /// 30 weights, 4 × 5 of the normalization, 18.
  private func network() throws -> Model {
    let model = try Sequential(input: [5], seed: 3) {
      Dense(5, activation: .tanh)
      BatchNormalization()
      Dense(3, activation: .softmax)
    }
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy())
    return model
  }

  private func inputs() throws -> Tensor { try Tensor(shape: [15, 5], values: values(75, seed: 4)) }
  private func labels() throws -> Tensor { try Tensor(shape: [15], labels: (0..<15).map { Int32($0 % 3) }) }
}
