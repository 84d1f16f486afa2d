import Testing

@testable import SwiftCNN

/// Convolutions of every kind against the definition, through whole models: the plan chooses the algorithm.
@Suite("Convolution")
struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var input: [Int]
    var layer: Conv2D

    var testDescription: String {
      "\(input) \(layer.filters) filters \(layer.kernelSize) strides \(layer.strides) \(layer.padding) "
        + "dilation \(layer.dilationRate) groups \(layer.groups)"
    }
  }

  static let direct = [
    Case(input: [7, 6, 1], layer: Conv2D(5, kernelSize: 3)),
    Case(input: [9, 8, 3], layer: Conv2D(17, kernelSize: [2, 3], strides: [2, 1], padding: .same)),
    Case(input: [11, 7, 4], layer: Conv2D(6, kernelSize: 3, strides: 3, padding: .same)),
    Case(input: [12, 12, 2], layer: Conv2D(3, kernelSize: 5, strides: 2)),
    Case(input: [11, 13, 3], layer: Conv2D(4, kernelSize: 3, padding: .same, dilationRate: 2)),
    Case(input: [13, 11, 2], layer: Conv2D(4, kernelSize: 3, strides: 2, padding: .same, dilationRate: [3, 2])),
    Case(input: [8, 8, 6], layer: Conv2D(9, kernelSize: 3, padding: .same, groups: 3)),
    Case(input: [9, 8, 6], layer: Conv2D(6, kernelSize: 3, padding: .same, groups: 6)),
    Case(input: [9, 7, 17], layer: Conv2D(34, kernelSize: [3, 5], strides: 2, padding: .same, groups: 17)),
    Case(input: [9, 11, 3], layer: Conv2D(9, kernelSize: [2, 3], padding: .same, dilationRate: 2, groups: 3, useBias: false)),
    Case(input: [8, 7, 2], layer: Conv2D(2, kernelSize: 2, strides: 3, groups: 2)),
    Case(input: [9, 10, 12], layer: Conv2D(24, kernelSize: [3, 2], strides: [2, 1], padding: .same, groups: 6)),
    Case(input: [8, 9, 40], layer: Conv2D(40, kernelSize: 3, strides: 2, groups: 10)),
    Case(input: [7, 8, 10], layer: Conv2D(30, kernelSize: 3, strides: [1, 3], dilationRate: [2, 1], groups: 5)),
    Case(input: [7, 6, 36], layer: Conv2D(54, kernelSize: 3, padding: .same, dilationRate: 2, groups: 18)),
    Case(input: [60, 30, 80], layer: Conv2D(80, kernelSize: 3, strides: [1, 2], padding: .same, groups: 80)),
    Case(input: [8, 9, 70], layer: Conv2D(20, kernelSize: 3, padding: .same, dilationRate: 2)),
    Case(input: [6, 7, 140], layer: Conv2D(6, kernelSize: 3, padding: .same, groups: 2)),
    Case(input: [5, 5, 70], layer: Conv2D(130, kernelSize: 1, useBias: false)),
    Case(input: [6, 5, 4], layer: Conv2D(4, kernelSize: 2, strides: 3)),
    Case(input: [15, 12, 18], layer: Conv2D(33, kernelSize: 3, strides: 2, padding: .same)),
    Case(input: [9, 10, 17], layer: Conv2D(20, kernelSize: [3, 2], strides: [2, 3], padding: .same)),
    // Several bands of an image with a border.
    Case(input: [44, 30, 96], layer: Conv2D(8, kernelSize: 3, strides: [1, 2], padding: .same)),
    // Too few outputs in a row to leave out their zeros.
    Case(input: [6, 5, 20], layer: Conv2D(19, kernelSize: 3, strides: 2, padding: .same)),
    // Outputs without any tap on the input.
    Case(input: [3, 3, 18], layer: Conv2D(6, kernelSize: 2, padding: .same, dilationRate: 4)),
    // Taps that meet no input, whatever the output.
    Case(input: [5, 6, 17], layer: Conv2D(6, kernelSize: 3, padding: .same, dilationRate: [7, 6])),
  ]

  static let winograd = [
    Case(input: [6, 6, 16], layer: Conv2D(16, kernelSize: 3)),
    Case(input: [7, 9, 17], layer: Conv2D(33, kernelSize: 3, padding: .same)),
    Case(input: [8, 5, 32], layer: Conv2D(70, kernelSize: 3, useBias: false)),
    Case(input: [5, 13, 40], layer: Conv2D(19, kernelSize: 3, padding: .same)),
    Case(input: [19, 22, 20], layer: Conv2D(16, kernelSize: 3)),
    Case(input: [4, 4, 32], layer: Conv2D(32, kernelSize: 3)),
    Case(input: [14, 9, 32], layer: Conv2D(50, kernelSize: [2, 3])),
    Case(input: [17, 18, 17], layer: Conv2D(33, kernelSize: 5, padding: .same)),
    Case(input: [21, 16, 19], layer: Conv2D(18, kernelSize: 5)),
    Case(input: [22, 24, 20], layer: Conv2D(31, kernelSize: 5, strides: 2, padding: .same)),
    Case(input: [23, 25, 16], layer: Conv2D(48, kernelSize: [6, 5], strides: 2)),
    Case(input: [23, 26, 16], layer: Conv2D(19, kernelSize: [3, 5], strides: [1, 2], padding: .same)),
    Case(input: [26, 29, 18], layer: Conv2D(35, kernelSize: 7, padding: .same, useBias: false)),
    Case(input: [63, 66, 3], layer: Conv2D(40, kernelSize: 11, strides: 4)),
    Case(input: [64, 63, 3], layer: Conv2D(33, kernelSize: 9, strides: 4, padding: .same)),
    Case(input: [70, 40, 33], layer: Conv2D(5, kernelSize: [5, 3], strides: [2, 1], padding: .same)),
  ]
  /// Too few outputs, or too few channels and filters.
  static let tooSmall = [
    Case(input: [3, 3, 32], layer: Conv2D(32, kernelSize: 3)),
    Case(input: [1, 1, 64], layer: Conv2D(64, kernelSize: 3, padding: .same)),
    Case(input: [12, 12, 3], layer: Conv2D(16, kernelSize: 3)),
    Case(input: [12, 12, 16], layer: Conv2D(2, kernelSize: 3)),
    Case(input: [20, 20, 32], layer: Conv2D(32, kernelSize: 3, strides: 2)),
    Case(input: [28, 28, 1], layer: Conv2D(6, kernelSize: 5, padding: .same)),
  ]

  @Test("the plan picks Winograd by shape alone", arguments: direct + tooSmall + winograd)
  func algorithm(of test: Case) throws {
    let tiling = ConvolutionPlanner.winograd(try ConvolutionGeometry(test.layer, input: test.input))
    #expect((tiling != nil) == Self.isWinograd(test))
  }

  private static func isWinograd(_ test: Case) -> Bool {
    winograd.contains { $0.testDescription == test.testDescription }
  }

  @Test("outputs and all gradients follow the definition", arguments: direct + tooSmall + winograd)
  func followsDefinition(_ test: Case) throws {
    try check(test, allowsWinograd: true)
  }

  @Test("and so does the direct form of what the plan gives to Winograd", arguments: winograd)
  func directFormFollowsDefinition(_ test: Case) throws {
    try check(test, allowsWinograd: false)
  }

  private func check(_ test: Case, allowsWinograd: Bool) throws {
    // A 1 x 1 convolution first, so that the gradient of the tested layer's input is needed.
    let channels = test.input[2]
    var layer = test.layer
    layer.biasInitializer = WeightInitializer(.randomUniform(from: -1, to: 1))
    let model = try Sequential(input: test.input, seed: 3) {
      Conv2D(channels, kernelSize: 1, useBias: false)
      layer
    }
    try model.exclusively { state throws(SwiftCNNError) in state.allowsWinograd = allowsWinograd }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    let samples = 3
    let elements = test.input.reduce(1, *)
    let outputs = model.outputShape.reduce(1, *)
    let x = values(samples * elements, seed: 1)
    let y = values(samples * outputs, seed: 2)
    let predictions = try model.predict(Tensor(shape: [samples] + test.input, values: x)).floats
    let (loss, gradients) = try model.gradients(
      Tensor(shape: [samples] + test.input, values: x), Tensor(shape: [samples] + model.outputShape, values: y))

    let expected = try Expected(model, test, x: x, y: y, samples: samples)
    // Winograd's transforms magnify rounding errors: 1.2e-5 was seen for sums of 882 terms.
    let tolerance = allowsWinograd && Self.isWinograd(test) ? 2e-5 : 1e-5
    expectClose(predictions, expected.outputs, relative: tolerance)
    #expect(abs(loss - expected.loss) <= 1e-5 * expected.loss)
    expectClose(Array(gradients.prefix(channels * channels)), expected.first, relative: tolerance)
    expectClose(Array(gradients.dropFirst(channels * channels)), expected.second, relative: tolerance)
  }

  /// The two-layer model's results in double precision.
  private struct Expected {
    var outputs: [Double] = []
    var loss = 0.0
    var first: [Double]
    var second: [Double]

    init(_ model: Model, _ test: Case, x: [Float], y: [Float], samples: Int) throws {
      let channels = test.input[2]
      let weights = try model.weights
      let mixing = ConvolutionReference(
        geometry: try ConvolutionGeometry(Conv2D(channels, kernelSize: 1), input: test.input),
        kernel: Array(weights.prefix(channels * channels)), bias: nil)
      let geometry = try ConvolutionGeometry(test.layer, input: test.input)
      let kernelCount = geometry.rows.window * geometry.columns.window * geometry.groupChannels * geometry.filters
      let own = Array(weights.dropFirst(channels * channels))
      let layer = ConvolutionReference(
        geometry: geometry, kernel: Array(own.prefix(kernelCount)),
        bias: test.layer.useBias ? Array(own.dropFirst(kernelCount)) : nil)
      first = Array(repeating: 0, count: channels * channels)
      second = Array(repeating: 0, count: own.count)
      let elements = test.input.reduce(1, *)
      let outputElements = model.outputShape.reduce(1, *)
      for i in 0..<samples {
        let image = Array(x[i * elements..<(i + 1) * elements])
        let mixed = mixing.forward(image)
        let output = layer.forward(mixed.map(Float.init))
        let errors = output.enumerated().map { $1 - Double(y[i * outputElements + $0]) }
        outputs += output
        loss += errors.reduce(0) { $0 + $1 * $1 } / Double(samples * outputElements)
        let scale = 2 / Double(samples * outputElements)
        let back = layer.backward(mixed.map(Float.init), errors.map { $0 * scale })
        add(back.kernel + (test.layer.useBias ? back.bias : []), to: &second)
        add(mixing.backward(image, back.image).kernel, to: &first)
      }
    }

    private func add(_ values: [Double], to sum: inout [Double]) {
      for i in values.indices { sum[i] += values[i] }
    }
  }
}
