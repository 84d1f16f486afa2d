import Testing

@testable import SwiftCNN

@Suite("Building a model from a block of layers")
struct LayerBuilderTests {
  @Test("if, if … else and for decide which layers there are", arguments: [true, false])
  func controlFlow(deep: Bool) throws {
    let model = try Sequential(input: [16, 16, 1], seed: 1) {
      for filters in [4, 8] {
        Conv2D(filters, kernelSize: 3, activation: .relu)
        MaxPooling2D()
      }
      if deep { Dropout(0.25) }
      Flatten()
      if deep {
        Dense(5, activation: .relu)
      } else {
        Activation(.tanh)
      }
      Dense(2, activation: .softmax)
    }
    let tail = deep ? ["dropout", "flatten", "dense", "dense_1"] : ["flatten", "activation", "dense"]
    #expect(model.layerNames == ["conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1"] + tail)
    #expect(model.outputShape == [2])
  }

  @Test("the tutorials' networks have the tutorials' parameter counts")
  func parameterCounts() throws {
    let dropout = try Sequential(input: [28, 28, 1]) {
      Conv2D(32, kernelSize: 3, activation: .relu)
      MaxPooling2D()
      Dropout(0.25)
      Conv2D(64, kernelSize: 3, activation: .relu)
      MaxPooling2D()
      Dropout(0.25)
      Flatten()
      Dense(128, activation: .relu)
      Dropout(0.5)
      Dense(10, activation: .softmax)
    }
    #expect(dropout.parameterCount == 225_034)
    let mlp = try Sequential(input: [784]) {
      Dense(100, activation: .relu)
      Dense(10, activation: .softmax)
    }
    #expect(mlp.parameterCount == 79_510)
  }

  @Test("layers of nearly every kind come back from the architecture's JSON")
  func rareLayersRoundTrip() throws {
    let column = try NumberArray(rows: (1...9).map { [Double($0)] })
    let model = try Sequential(input: [8, 9, 2], seed: 5) {
      Normalization(axes: [1, -1], invert: true)
      Normalization(axes: [2, 3], mean: column, variance: column)
      Normalization(axes: [], mean: 1, variance: 0.5)
      AdaptiveAveragePooling2D(outputSize: [5, 6])
      CenterCrop(height: 4, width: 7)
      GroupNormalization(groups: 2, axis: 1, center: false)
      UnitNormalization(axes: [1, 2])
      AlphaDropout(0.25, seed: 3)
      Identity()
      AdaptiveMaxPooling2D(outputSize: 3)
      Flatten()
      RepeatVector(2)
    }
    #expect(model.outputShape == [2, 18])
    let twin = try Model(architecture: model.architecture, seed: 5)
    #expect(twin.architecture == model.architecture)
    let x = try Tensor(shape: [3, 8, 9, 2], values: values(3 * 8 * 9 * 2, seed: 6))
    #expect(try twin.predict(x) == model.predict(x))
  }

  @Test("the architecture's JSON builds the same model, bit for bit")
  func architectureRoundTrip() throws {
    let model = try Sequential(input: [8, 8, 2], seed: 5) {
      Conv2D(3, kernelSize: [3, 2], strides: 2, padding: .same, useBias: false, kernelInitializer: .heNormal)
      GlobalAveragePooling2D()
      Dense(2, activation: .sigmoid)
    }
    let twin = try Model(architecture: model.architecture, seed: 5)
    #expect(twin.architecture == model.architecture)
    #expect(try twin.weights == model.weights)
    #expect(try Model(architecture: model.architecture, seed: 6).weights != model.weights)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layers: @Sendable () -> [any Layer]
    let complaint: String
  }

  static let mistakes = [
    Mistake(
      testDescription: "a window larger than the image", layers: { [Conv2D(4, kernelSize: 9)] },
      complaint: "smaller than the window of 9"),
    Mistake(
      testDescription: "no filters", layers: { [Conv2D(0, kernelSize: 3)] },
      complaint: "filters must be a positive integer, got 0"),
    Mistake(
      testDescription: "stride 0", layers: { [Conv2D(1, kernelSize: 3, strides: 0)] },
      complaint: "strides must be one or two positive"),
    Mistake(
      testDescription: "dilation 0", layers: { [Conv2D(1, kernelSize: 3, dilationRate: 0)] }, complaint: "dilation_rate must be"),
    Mistake(testDescription: "groups", layers: { [Conv2D(4, kernelSize: 3, groups: 3)] }, complaint: "groups must divide"),
    Mistake(
      testDescription: "a pool of 0", layers: { [MaxPooling2D(poolSize: 0)] }, complaint: "pool_size must be one or two positive"),
    Mistake(
      testDescription: "a pool larger than the image", layers: { [AveragePooling2D(poolSize: 9)] },
      complaint: "smaller than the window"),
    Mistake(
      testDescription: "an image layer behind Flatten", layers: { [Flatten(), MaxPooling2D()] }, complaint: "expects images"),
    Mistake(testDescription: "rate 2", layers: { [Dropout(2)] }, complaint: "rate must be from 0 to 1, got 2.0"),
    Mistake(
      testDescription: "units −1", layers: { [Flatten(), Dense(-1)] }, complaint: "units must be a positive integer, got -1"),
    Mistake(testDescription: "no layers", layers: { [] }, complaint: "has no layers"),
    Mistake(
      testDescription: "a name twice", layers: { [Dropout(0.1, name: "a"), Dropout(0.1, name: "a")] },
      complaint: "two layers are named 'a'"),
    Mistake(
      testDescription: "a kernel beyond memory", layers: { [Conv2D(Int.max / 2, kernelSize: 1)] },
      complaint: "more elements than memory can hold"),
    Mistake(
      testDescription: "huge strides", layers: { [Conv2D(1, kernelSize: 1, strides: Extent(Int.max, 1))] },
      complaint: "strides must be one or two positive integers (height, width) of at most"),
  ]

  @Test("a layer that does not fit is refused with the reason", arguments: mistakes)
  func refusals(mistake: Mistake) throws {
    let error = try #require(throws: SwiftCNNError.self) {
      try Sequential(input: [8, 8, 2]) { mistake.layers() }
    }
    #expect(error.description.contains(mistake.complaint), "\(error)")
  }

  @Test(
    "an activation with settings computes what its layer does, also when it is read back",
    arguments: [
      (ActivationFunction.leaky(LeakyReLU(negativeSlope: 0.1)), LeakyReLU(negativeSlope: 0.1) as any Layer),
      (.rectifier(ReLU(maxValue: 0.5, negativeSlope: 0.2)), ReLU(maxValue: 0.5, negativeSlope: 0.2)),
      (.exponentialLinear(ELU(alpha: 0.5)), ELU(alpha: 0.5)),
    ] as [(ActivationFunction, any Layer)])
  func activation(function: ActivationFunction, layer: any Layer) throws {
    let x = try Tensor(shape: [2, 4, 5, 2], values: values(80, seed: 1))
    let within = try Sequential(input: [4, 5, 2], seed: 1) { Conv2D(3, kernelSize: 2, activation: function) }
    let behind = try Sequential(input: [4, 5, 2], seed: 1) {
      Conv2D(3, kernelSize: 2)
      layer
    }
    #expect(try within.predict(x).floats == behind.predict(x).floats)
    #expect(try ActivationFunction(JSON.Field(function.json, path: "activation")) == function)
  }
}
