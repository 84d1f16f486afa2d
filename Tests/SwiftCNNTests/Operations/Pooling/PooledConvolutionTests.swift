import Testing

@testable import SwiftCNN

@Suite("Gradients of a convolution from the argmax of the max-pooling behind it")
struct PooledConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var input: [Int]
    var layer: Conv2D
    var pooling = MaxPooling2D()
    var behind: [any Layer] = []
    var isWinograd = false

    var testDescription: String {
      "\(input) \(layer.filters) filters \(layer.kernelSize) strides \(layer.strides) \(layer.padding), "
        + "pool \(pooling.poolSize) \(pooling.padding), \(behind.count) behind"
    }
  }

  static let cases = [
    Case(input: [12, 14, 16], layer: Conv2D(20, kernelSize: 3, activation: .relu), isWinograd: true),
    Case(input: [13, 11, 32], layer: Conv2D(18, kernelSize: 3, padding: .same, activation: .relu), isWinograd: true),
    // Rows and columns in no window, and a border.
    Case(input: [11, 13, 5], layer: Conv2D(25, kernelSize: 5, padding: .same), isWinograd: true),
    // Several bands of windows, which share rows of the image.
    Case(
      input: [61, 47, 25], layer: Conv2D(30, kernelSize: 5, strides: 2, padding: .same, activation: .relu), isWinograd: true),
    // The same without a border, where images are read and summed in place.
    Case(input: [41, 24, 32], layer: Conv2D(18, kernelSize: 3, activation: .relu), isWinograd: true),
    // Rows and columns of the image under no window.
    Case(input: [23, 26, 40], layer: Conv2D(18, kernelSize: 2, strides: 3, activation: .relu)),
    Case(
      input: [17, 16, 50], layer: Conv2D(33, kernelSize: [3, 1], strides: [1, 2], useBias: false),
      pooling: MaxPooling2D(poolSize: [2, 3])),
    Case(
      input: [15, 13, 20], layer: Conv2D(40, kernelSize: 3, activation: .relu),
      pooling: MaxPooling2D(poolSize: 2, padding: .same), isWinograd: true),
    Case(input: [12, 12, 48], layer: Conv2D(48, kernelSize: 1, activation: .relu), pooling: MaxPooling2D(poolSize: 3)),
    Case(input: [14, 12, 16], layer: Conv2D(24, kernelSize: 3, activation: .relu), behind: [Dropout(0.4)], isWinograd: true),
    Case(
      input: [14, 12, 16], layer: Conv2D(24, kernelSize: 3, activation: .relu), behind: [BatchNormalization()], isWinograd: true),
    // Taps apart.
    Case(input: [18, 12, 48], layer: Conv2D(24, kernelSize: [3, 1], dilationRate: [4, 1])),
    // Images of one channel.
    Case(input: [28, 28, 1], layer: Conv2D(32, kernelSize: 3, activation: .relu), behind: [Dropout(0.25)]),
    Case(input: [15, 12, 1], layer: Conv2D(21, kernelSize: 3, padding: .same, useBias: false)),
    Case(input: [12, 17, 1], layer: Conv2D(8, kernelSize: [5, 3], dilationRate: [1, 1])),
    // Several bands of windows.
    Case(input: [90, 131, 1], layer: Conv2D(5, kernelSize: [2, 3], activation: .relu)),
  ]

  private func makeModel(_ test: Case) throws -> Sequential {
    let model = try Sequential(input: test.input, seed: 3) {
      // So that the gradient of the tested layer's input is needed.
      Conv2D(test.input[2], kernelSize: 1, useBias: false)
      test.layer
      test.pooling
      test.behind
      Conv2D(7, kernelSize: 1)
    }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    return model
  }

  private func gradients(_ test: Case, plain: Bool) throws -> [Float] {
    let model = try makeModel(test)
    model.exclusively { $0.allowsWinograd = !plain }
    let x = values(6 * test.input.reduce(1, *), seed: 1)
    let y = values(6 * model.outputShape.reduce(1, *), seed: 2)
    let result = try model.gradients(
      Tensor(shape: [6] + test.input, values: x), Tensor(shape: [6] + model.outputShape, values: y), training: true)
    return [Float(result.loss)] + result.gradients
  }

  @Test("the plan takes the argmax", arguments: cases)
  func isChosen(_ test: Case) throws {
    let design = try makeModel(test).exclusively { state throws(SwiftCNNError) in
      try state.design(training: true, compiled: nil, batchSize: 4)
    }
    let pooled = design.operations.compactMap { $0 as? PooledConvolutionOperation }
    #expect(pooled.count == 1)
    #expect(pooled.first?.convolution is WinogradOperation == test.isWinograd)
  }

  @Test("they are the gradients of all outputs", arguments: cases)
  func agree(_ test: Case) throws {
    let argmax = try gradients(test, plain: false)
    let all = try gradients(test, plain: true)
    #expect(argmax != all, "both were computed the same way")
    expectClose(argmax, all.map(Double.init), relative: 2e-5)
  }

  @Test(
    "the plan takes all outputs",
    arguments: [
      // Windows that overlap.
      Case(input: [13, 13, 16], layer: Conv2D(20, kernelSize: 3), pooling: MaxPooling2D(poolSize: 3, strides: 2)),
      // Padding before the first window.
      Case(
        input: [16, 16, 16], layer: Conv2D(20, kernelSize: 3, padding: .same), pooling: MaxPooling2D(poolSize: 3, padding: .same)),
      // Kernel columns that are no run of memory.
      Case(input: [14, 14, 16], layer: Conv2D(20, kernelSize: 3, dilationRate: 2)),
      Case(input: [14, 14, 32], layer: Conv2D(32, kernelSize: 3, groups: 2)),
      // Runs much shorter than a vector.
      Case(input: [28, 28, 1], layer: Conv2D(32, kernelSize: 5)),
      Case(input: [28, 28, 1], layer: Conv2D(32, kernelSize: 3, strides: 2)),
      // Weights larger than the cache.
      Case(input: [14, 14, 256], layer: Conv2D(256, kernelSize: 3, padding: .same)),
    ])
  func isNotChosen(_ test: Case) throws {
    let design = try makeModel(test).exclusively { state throws(SwiftCNNError) in
      try state.design(training: true, compiled: nil, batchSize: 4)
    }
    #expect(!design.operations.contains { $0 is PooledConvolutionOperation })
  }

  @Test("nothing is left of it where a model only predicts")
  func inference() throws {
    let design = try makeModel(Self.cases[0]).exclusively { state throws(SwiftCNNError) in
      try state.design(training: false, compiled: nil, batchSize: 4)
    }
    #expect(!design.operations.contains { $0 is PooledConvolutionOperation })
  }
}
