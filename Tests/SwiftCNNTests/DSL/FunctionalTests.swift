import Testing

@testable import SwiftCNN

@Suite("The functional style")
struct FunctionalTests {
  private func residual(seed: UInt64 = 3) throws -> Model {
    let image = Input([6, 5, 2], name: "image")
    let x = Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)(image)
    let y = Add()([Conv2D(4, kernelSize: 1)(image), x])
    return try Model(inputs: [image], outputs: [Dense(3)(GlobalAveragePooling2D()(y))], seed: seed)
  }

  @Test("branches give the sum of their parts")
  func branches() throws {
    let model = try residual()
    #expect(model.layerNames == ["conv2d", "conv2d_1", "add", "global_average_pooling2d", "dense"])
    #expect(model.inputNames == ["image"])
    #expect(model.outputShape == [3])
    let x = try Tensor(shape: [3, 6, 5, 2], values: values(3 * 60, seed: 1))
    let y = try Tensor(shape: [3, 3], values: values(9, seed: 2))
    try model.compile(optimizer: .sgd(learningRate: 0.05), loss: .meanSquaredError)
    let losses = try (0..<10).map { _ in try model.trainOnBatch(x, y)[0] }
    #expect(losses == losses.sorted(by: >))
    let bytes = try model.serialized()
    let copy = try bytes.withUnsafeBytes { try Model.deserialize($0) }
    #expect(try copy.predict(x).floats == model.predict(x).floats)
    #expect(copy.architecture == model.architecture)
  }

  @Test("a shared layer has one set of weights, whose gradients add")
  func shared() throws {
    let (left, right) = (Input([4]), Input([4]))
    let encoder = Shared(Dense(3, useBias: false))
    let model = try Model(inputs: [left, right], outputs: [Add()([encoder(left), encoder(right)])], seed: 1)
    #expect(model.parameterCount == 12)
    let x = try Tensor(shape: [2, 4], values: values(8, seed: 1))
    let zeros = try Tensor(shape: [2, 4], values: Array(repeating: 0, count: 8))
    let alone = try model.predict([x, zeros])[0].floats
    let twice = try model.predict([x, x])[0].floats
    expectClose(twice, alone.map { 2 * Double($0) }, relative: 1e-6)
    try model.compile(optimizer: .sgd(learningRate: 1), loss: .meanSquaredError)
    let before = try model.weights
    let y = try Tensor(shape: [2, 3], values: values(6, seed: 2))
    _ = try model.trainOnBatch([x, x], [y])
    let after = try model.weights
    // dL/dW of y = 2 x W is twice that of one use.
    var expected = [Double](repeating: 0, count: 12)
    for row in 0..<2 {
      for unit in 0..<3 {
        let error = Double(twice[row * 3 + unit] - y.floats[row * 3 + unit]) * 2 / 6
        for input in 0..<4 { expected[input * 3 + unit] += 2 * Double(x.floats[row * 4 + input]) * error }
      }
    }
    expectClose(zip(before, after).map { $0 - $1 }, expected, relative: 1e-5)
  }

  @Test("several inputs and outputs, of which one has no loss")
  func several() throws {
    let (image, numbers) = (Input([5, 4, 1], name: "image"), Input([3], name: "numbers"))
    let x = Flatten()(Conv2D(2, kernelSize: 3)(image))
    let joined = Concatenate()([x, numbers])
    let (kind, size) = (Dense(4, activation: .softmax, name: "kind")(joined), Dense(1, name: "size")(joined))
    let model = try Model(inputs: [image, numbers], outputs: [kind, size], seed: 5)
    try model.compile(
      optimizer: .sgd(), outputs: [(.sparseCategoricalCrossentropy(), 1, [.accuracy]), (.meanSquaredError, 0.5, [])])
    #expect(model.metricsNames == ["loss", "kind_loss", "size_loss", "kind_accuracy"])
    let inputs = [
      try Tensor(shape: [4, 5, 4, 1], values: values(80, seed: 1)), try Tensor(shape: [4, 3], values: values(12, seed: 2)),
    ]
    let targets = [try Tensor(shape: [4], values: [0, 1, 2, 3]), try Tensor(shape: [4], values: values(4, seed: 3))]
    let scores = try model.evaluate(inputs, targets)
    #expect(abs(scores[0] - scores[1] - 0.5 * scores[2]) < 1e-6)
    try model.compile(optimizer: .sgd(), outputs: [(.sparseCategoricalCrossentropy(), 1, []), (nil, 1, [])])
    let unused = try model.weight(named: "size/kernel")
    _ = try model.fit(inputs, [targets[0], nil])
    #expect(try model.weight(named: "size/kernel") == unused)
    #expect(try model.predict(inputs).map(\.shape) == [[4, 4], [4, 1]])
  }

  @Test("mistakes are told")
  func mistakes() throws {
    let (one, other) = (Input([4]), Input([5]))
    func message(_ build: () throws -> Model) -> String {
      do {
        _ = try build()
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { try Model(inputs: [one], outputs: [Add()([one, other])]) }.contains("not among the inputs"))
    #expect(message { try Model(inputs: [one, other], outputs: [Add()([one, other])]) }.contains("(None, 4), (None, 5)"))
    #expect(message { try Model(inputs: [one, one], outputs: [Dense(2)(one)]) }.contains("given twice"))
    #expect(message { try Model(inputs: [Dense(2)(one)], outputs: [Dense(2)(one)]) }.contains("Input(shape)"))
    #expect(message { try Model(inputs: [one], outputs: [Dense(2)([one, one])]) }.contains("takes one input, got 2"))
    let shared = Shared(Dense(2, name: "both"))
    #expect(
      message { try Model(inputs: [one, other], outputs: [shared(one), shared(other)]) }.contains("weights of different shapes"))
  }
}

extension Model {
  fileprivate func weight(named name: String) throws -> [Float] {
    guard let index = weightSpecs.firstIndex(where: { $0.name == name }) else { return [] }
    var values = [Float](repeating: 0, count: weightSpecs[index].shape.reduce(1, *))
    try values.withUnsafeMutableBufferPointer { try weight(index, into: $0) }
    return values
  }
}
