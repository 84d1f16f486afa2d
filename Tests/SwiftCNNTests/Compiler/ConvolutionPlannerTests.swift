import Testing

@testable import SwiftCNN

@Suite("Convolution planner")
struct ConvolutionPlannerTests {
  /// Images whose tiles the pooling crops, then many small ones: blocks that end within an image and that hold several.
  private func makeModel() throws -> Sequential {
    try Sequential(input: [27, 21, 3], seed: 5) {
      Conv2D(20, kernelSize: 3, padding: .same, activation: .relu)
      Conv2D(40, kernelSize: 3, activation: .relu)
      MaxPooling2D()
      Conv2D(33, kernelSize: 5, padding: .same, useBias: false)
      MaxPooling2D()
      Conv2D(64, kernelSize: 3, padding: .same, activation: .relu)
    }
  }

  private func images(_ count: Int) throws -> Tensor {
    try Tensor(shape: [count, 27, 21, 3], values: values(count * 27 * 21 * 3, seed: 1))
  }

  /// More filters than the cache has room for, and more tiles of an image than a block has.
  private func makeLargeModel() throws -> Sequential {
    try Sequential(input: [41, 43, 3], seed: 5) {
      Conv2D(61, kernelSize: 1, useBias: false)
      Conv2D(75, kernelSize: 3, padding: .same)
      Conv2D(50, kernelSize: 5, strides: 2)
    }
  }

  @Test("Winograd and direct convolutions agree, in outputs and gradients", arguments: [false, true])
  func agree(isLarge: Bool) throws {
    func results(allowsWinograd: Bool) throws -> (outputs: [Float], gradients: [Float]) {
      let model = try isLarge ? makeLargeModel() : makeModel()
      try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
      model.exclusively { $0.allowsWinograd = allowsWinograd }
      let images = try Tensor(shape: [5] + model.inputShape, values: values(5 * model.inputShape.reduce(1, *), seed: 1))
      let targets = try Tensor(shape: [5] + model.outputShape, values: values(5 * model.outputShape.reduce(1, *), seed: 2))
      return (try model.predict(images).floats, try model.gradients(images, targets).gradients)
    }
    let winograd = try results(allowsWinograd: true)
    let direct = try results(allowsWinograd: false)
    #expect(winograd.outputs != direct.outputs, "both were computed the same way")
    // The transforms magnify rounding errors: 1.2e-5 was seen for sums of 549 terms.
    expectClose(winograd.outputs, direct.outputs.map(Double.init), relative: 2e-5)
    expectClose(winograd.gradients, direct.gradients.map(Double.init), relative: 1e-4)
  }

  @Test("an image's output has the same bits alone and among others")
  func blocks() throws {
    let model = try makeModel()
    let all = try images(37)
    let together = try model.predict(all).floats
    let alone = try (0..<37).flatMap { i in
      let image = Array(all.floats[i * 27 * 21 * 3..<(i + 1) * 27 * 21 * 3])
      return try model.predict(Tensor(shape: [1, 27, 21, 3], values: image)).floats
    }
    #expect(alone == together)
  }
}
