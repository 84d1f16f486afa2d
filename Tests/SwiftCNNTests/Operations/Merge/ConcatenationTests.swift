import Testing

@testable import SwiftCNN

/// Concatenations whose inputs lie in the output from the beginning give the bits of those that copy them.
@Suite("Concatenations")
struct ConcatenationTests {
  struct Network: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the plans for training and for inference do with each concatenation.
    let training: [String]
    let inference: [String]
    let make: @Sendable () throws -> (inputs: [SymbolicTensor], outputs: [SymbolicTensor])
  }

  private static let shape = [10, 9, 5]

  private static func normalized(_ x: SymbolicTensor, _ filters: Int, _ size: Extent) throws -> SymbolicTensor {
    let y = Conv2D(filters, kernelSize: size, padding: .same, useBias: false)(x)
    return ReLU()(BatchNormalization()(y))
  }

  /// Three layers of a block of DenseNet, and what comes behind it.
  private static func denseBlock() throws -> (inputs: [SymbolicTensor], outputs: [SymbolicTensor]) {
    let input = Input(shape)
    var x: SymbolicTensor = MaxPooling2D(poolSize: 3, strides: 2, padding: .same)(
      Conv2D(40, kernelSize: 3, padding: .same)(input))
    for _ in 0..<3 {
      let y = Conv2D(24, kernelSize: 1, useBias: false)(ReLU()(BatchNormalization()(x)))
      let new = Conv2D(16, kernelSize: 3, padding: .same, useBias: false)(ReLU()(BatchNormalization()(y)))
      x = Concatenate()([x, new])
    }
    return ([input], [Dense(3)(GlobalAveragePooling2D()(ReLU()(BatchNormalization()(x))))])
  }

  static let networks = [
    Network(
      testDescription: "a block of DenseNet",
      training: ["2, 1 in place", "2, 2 in place", "2, 2 in place"],
      inference: ["2, 1 in place", "2, 2 in place", "2, 2 in place"], make: denseBlock),
    Network(
      testDescription: "an Inception module",
      training: ["4, 4 in place"], inference: ["4, 4 in place"]
    ) {
      let input = Input(shape)
      let pooled = MaxPooling2D(poolSize: 3, strides: 1, padding: .same)(input)
      let x = Concatenate()([
        try normalized(input, 40, 1), try normalized(input, 36, 3), try normalized(try normalized(input, 34, 1), 33, 5),
        try normalized(pooled, 37, 1),
      ])
      return ([input], [Dense(3)(Flatten()(Conv2D(4, kernelSize: 1)(x)))])
    },
    Network(
      testDescription: "convolutions with bias and ReLU, whose gradients read their outputs",
      training: ["4, 3 in place"], inference: ["4, 3 in place"]
    ) {
      let input = Input(shape)
      let x = Concatenate()([
        Conv2D(7, kernelSize: 3, padding: .same, activation: .relu)(input),
        Conv2D(16, kernelSize: 1, activation: .relu)(input),
        Conv2D(3, kernelSize: 5, padding: .same, dilationRate: 2, activation: .relu)(input),
        DepthwiseConv2D(kernelSize: 3, padding: .same, activation: .relu)(input),
      ])
      return ([input], [Conv2D(6, kernelSize: 3, strides: 2, activation: .sigmoid)(x)])
    },
    Network(
      testDescription: "a concatenation in another, twice in a third, and written over",
      training: ["2, 1 in place", "3, 2 in place", "3"], inference: ["2, 1 in place", "3, 2 in place", "3"]
    ) {
      let input = Input(shape)
      let a = Conv2D(8, kernelSize: 3, padding: .same)(input)
      let inner = Concatenate()([a, Conv2D(5, kernelSize: 1)(input)])
      let outer = Concatenate()([Conv2D(4, kernelSize: 1)(input), inner, inner])
      let other = Concatenate()([outer, a, input])
      return ([input], [GlobalMaxPooling2D()(Activation(.tanh)(outer)), Conv2D(3, kernelSize: 2)(ReLU()(other)), a])
    },
    Network(
      testDescription: "along other axes, and of reshaped values",
      training: ["2", "2"], inference: ["2", "2"]
    ) {
      let input = Input(shape)
      let (a, b) = (Conv2D(6, kernelSize: 3, padding: .same)(input), Conv2D(6, kernelSize: 1)(input))
      let long = Concatenate()([Reshape([45, 12])(a), Reshape([45, 12])(b)])
      let rows = Concatenate(axis: 1)([a, b])
      return ([input], [Dense(2)(GlobalAveragePooling2D()(Reshape([9, 5, 24])(long))), Conv2D(2, kernelSize: 3)(rows)])
    },
  ]

  private func run(_ network: Network, copies: Bool) throws -> [[Float]] {
    let (inputs, outputs) = try network.make()
    let model = try Model(inputs: inputs, outputs: outputs, seed: 3)
    if copies { model.exclusively { $0.withoutRewrites = [PlanLayout.inPlaceConcatenation] } }
    try model.compile(optimizer: .sgd(learningRate: 0.01), outputs: model.outputNames.map { _ in (.meanSquaredError, 1, []) })
    let count = 5
    func tensors(_ shapes: [[Int]], seed: Int) throws -> [Tensor] {
      try shapes.enumerated().map { i, shape in
        try Tensor(shape: [count] + shape, values: values(count * shape.reduce(1, *), seed: UInt64(seed + i)))
      }
    }
    let (x, y) = (try tensors(model.inputShapes, seed: 1), try tensors(model.outputShapes, seed: 9))
    var results = try model.predict(x).map(\.floats)
    for _ in 0..<3 { results.append(try model.trainOnBatch(x, y).map { Float($0) }) }
    results.append(try model.weights)
    return results + (try model.predict(x).map(\.floats))
  }

  @Test("Inputs in place give the bits of copied ones", arguments: networks)
  func bits(_ network: Network) throws {
    let results = try run(network, copies: false)
    let isFinite = results.joined().allSatisfy { $0.isFinite }
    #expect(isFinite)
    let copied = try run(network, copies: true)
    #expect(results == copied)
  }

  private func algorithms(_ network: Network, training: Bool) throws -> [String] {
    let (inputs, outputs) = try network.make()
    let model = try Model(inputs: inputs, outputs: outputs, seed: 3)
    let plan = JSON.Field(try JSON.parse(try model.planInfo(batchSize: 4)))
    return try plan.array(training ? "training" : "inference").map {
      try $0.member("algorithm").string().split(separator: " of ")
    }
    .filter { $0[0] == "concatenation" }.map { String($0[1]) }
  }

  @Test("The plan tells which are in place", arguments: networks)
  func algorithms(_ network: Network) throws {
    let (training, inference) = (try algorithms(network, training: true), try algorithms(network, training: false))
    #expect(training == network.training)
    #expect(inference == network.inference)
  }
}
