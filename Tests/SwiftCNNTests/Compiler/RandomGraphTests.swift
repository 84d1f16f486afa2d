import Testing

@testable import SwiftCNN

/// Graphs that nobody thought of. In debug builds dead memory is NaN, so that a value that is read too late shows.
@Suite("Random graphs")
struct RandomGraphTests {
  /// Numbers from a seed.
  private struct Dice {
    private let random: Philox
    private var count: UInt32 = 0

    init(_ seed: Int) { random = Philox(seed: UInt64(seed)) }

    mutating func roll(_ sides: Int) -> Int {
      count += 1
      return Int(random.block([count, 0, 0, 0]).x) % sides
    }
  }

  /// Layers on images of one size and four channels, so that any two values can be joined.
  private func makeModel(_ seed: Int) throws -> Model {
    var dice = Dice(seed)
    let images = (0...dice.roll(2)).map { _ in Input([6, 5, 4]) }
    var values = images
    let shared = Shared(Conv2D(4, kernelSize: 3, padding: .same, activation: .relu))
    let normal = Shared(BatchNormalization())
    func any() -> SymbolicTensor { values[dice.roll(values.count)] }
    for _ in 0..<4 + dice.roll(9) {
      let (x, y) = (any(), any())
      switch dice.roll(16) {
      case 0: values.append(Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)(x))
      case 1: values.append(Conv2D(4, kernelSize: 1)(x))
      case 2: values.append(ReLU()(x))
      case 3: values.append(BatchNormalization()(x))
      case 4: values.append(Add()([x, y, any()]))
      case 5: values.append(Multiply()([x, Activation(.sigmoid)(GlobalAveragePooling2D(keepDims: true)(y))]))
      case 6: values.append(Conv2D(4, kernelSize: 1)(Concatenate()([x, y])))
      case 7: values.append(Maximum()([x, y]))
      case 8: values.append(MaxPooling2D(poolSize: 2, strides: 1, padding: .same)(x))
      case 9: values.append(DepthwiseConv2D(kernelSize: 3, padding: .same, activation: .relu)(x))
      case 10: values.append(shared(x))
      case 11: values.append(normal(x))
      case 12: values.append(Dropout(0.2)(x))
      case 13: values.append(Average()([x, x]))
      case 14: values.append(Dense(4, activation: .tanh)(x))
      default: values.append(Reshape([6, 5, 4])(Dense(120)(Flatten()(x))))
      }
    }
    let ends = (0...dice.roll(3)).map { _ in any() }
    let outputs = ends.map { Dense(2)(GlobalAveragePooling2D()($0)) } + (dice.roll(2) == 0 ? [any()] : [])
    return try Model(inputs: images, outputs: outputs, seed: UInt64(seed))
  }

  private struct Run: Equatable {
    var losses: [Double] = []
    var weights: [Float] = []
    var outputs: [[Float]] = []
  }

  private func run(_ seed: Int, without: Set<String> = [], prepare: (Model) throws -> Model = { $0 }) throws -> Run {
    var model = try makeModel(seed)
    model = try prepare(model)
    model.exclusively { $0.withoutRewrites = without }
    try model.compile(optimizer: .sgd(learningRate: 0.01), outputs: model.outputNames.map { _ in (.meanSquaredError, 0.5, []) })
    let count = 5
    let x = try model.inputShapes.enumerated().map { i, shape in
      try Tensor(shape: [count] + shape, values: values(count * shape.reduce(1, *), seed: UInt64(i + 1)))
    }
    let y = try model.outputShapes.enumerated().map { i, shape in
      try Tensor(shape: [count] + shape, values: values(count * shape.reduce(1, *), seed: UInt64(i + 9)))
    }
    var run = Run()
    run.outputs = try model.predict(x).map(\.floats)
    for _ in 0..<3 { run.losses += try model.trainOnBatch(x, y) }
    run.weights = try model.weights
    run.outputs += try model.predict(x).map(\.floats)
    return run
  }

  @Test("give finite numbers, the same ones again, and after saving and loading", arguments: 0..<60)
  func stable(seed: Int) throws {
    let once = try run(seed)
    let numbers = once.losses.map { Float($0) } + once.weights + once.outputs.joined()
    #expect(numbers.allSatisfy { $0.isFinite })
    let loaded = try run(seed) { model in try model.serialized().withUnsafeBytes { try Model.deserialize($0) } }
    #expect(loaded == once)
  }

  @Test("have the same bits without any of the rewrites that keep them", arguments: 0..<30)
  func rewrites(seed: Int) throws {
    let whole = try run(seed)
    for rewrite in Rewrites.all where rewrite.keepsBits {
      let without = try run(seed, without: [rewrite.name])
      #expect(without == whole, "\(rewrite.name)")
    }
  }
}
