import Testing

@testable import SwiftCNN

/// The number of threads is one for the whole process, so these tests run one after the other.
@Suite("The same seed gives the same bits", .serialized)
struct ReproducibilityTests {
  @Test("whatever the number of threads", arguments: [2, 3, 8])
  func threads(_ threads: Int) throws {
    #expect(try train(threads: threads) == train(threads: 1))
  }

  @Test("fed by fit or batch by batch")
  func fitOrTrainOnBatch() throws {
    let fitted = try train(threads: 2, shuffle: false)
    let model = try network()
    let (x, y) = try data()
    for _ in 0..<2 {
      for batch in Batches(samples: 70, size: 32, steps: 0).ranges {
        try x.withView { x in try y.withView { y in _ = try model.trainOnBatch(x: x.slice(batch), y: y.slice(batch)) } }
      }
    }
    #expect(try model.weights == fitted)
  }

  @Test("resumed from a saved model or uninterrupted")
  func resumed() throws {
    let (x, y) = try data()
    let model = try network()
    try model.fit(x, y, batchSize: 32, epochs: 1)
    let bytes = try model.serialized()
    let copy = try bytes.withUnsafeBytes { try Model.deserialize($0) }
    try copy.fit(x, y, batchSize: 32, epochs: 1)
    #expect(try copy.weights == train(threads: 2))
  }

  @Test("for an image that all threads share or that one has for itself", arguments: [2, 3, 8])
  func oneImage(threads: Int) throws {
    let before = Engine.numThreads
    defer { try? Engine.setNumThreads(before) }
    try Engine.setNumThreads(threads)
    let model = try Self.largeNetwork()
    let image = values(model.inputShape.reduce(1, *), seed: 4)
    let alone = try model.predict(Tensor(shape: [1] + model.inputShape, values: image))
    let many = 2 * threads
    let images = (0..<many).flatMap { _ in image }
    let among = try model.predict(Tensor(shape: [many] + model.inputShape, values: images), batchSize: many)
    #expect(
      (0..<many).allSatisfy {
        among.floats.dropFirst($0 * alone.count).prefix(alone.count).elementsEqual(alone.floats)
      })
  }

  /// Every kind of layer that threads share, with enough work to be shared.
  private static func largeNetwork() throws -> Model {
    try Sequential(input: [64, 60, 3], seed: 5) {
      Conv2D(32, kernelSize: 5, padding: .same, activation: .relu)
      MaxPooling2D()
      DepthwiseConv2D(kernelSize: 3, padding: .same)
      Conv2D(64, kernelSize: 3, padding: .same)
      Conv2D(48, kernelSize: 3, strides: 2, activation: .relu)
      MaxPooling2D(poolSize: 3, strides: 2, padding: .same)
      Conv2D(160, kernelSize: 1)
      Conv2D(160, kernelSize: 3, padding: .same, activation: .relu)
      Flatten()
      Dense(30)
    }
  }

  @Test("and another seed gives others")
  func seeds() throws {
    #expect(try train(threads: 2) != train(threads: 2, seed: 12))
  }

  private func train(threads: Int, shuffle: Bool = true, seed: UInt64 = 11) throws -> [Float] {
    let before = Engine.numThreads
    defer { try? Engine.setNumThreads(before) }
    try Engine.setNumThreads(threads)
    let (x, y) = try data()
    let model = try network(seed: seed)
    try model.fit(x, y, batchSize: 32, epochs: 2, shuffle: shuffle)
    return try model.weights
  }

  private func network(seed: UInt64 = 11) throws -> Model {
    let model = try Sequential(input: [12, 12, 1], seed: seed) {
      Conv2D(16, kernelSize: 3, activation: .relu)
      MaxPooling2D()
      Dropout(0.25)
      Conv2D(20, kernelSize: 3)
      BatchNormalization()
      Activation(.relu)
      Flatten()
      Dense(24, activation: .relu)
      Dropout(0.5)
      Dense(4, activation: .softmax)
    }
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
    return model
  }

  private func data() throws -> (Tensor, Tensor) {
    (
      try Tensor(shape: [70, 12, 12, 1], values: values(70 * 144, seed: 4)),
      try Tensor(shape: [70], labels: (0..<70).map { Int32($0 * 7 % 4) })
    )
  }
}

extension Batches {
  fileprivate var ranges: [Range<Int>] { (0..<count).map(range) }
}
