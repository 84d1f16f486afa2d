import Foundation
import Testing

@testable import SwiftCNN

/// Models that are made of layers of one another.
@Suite("Shared parameters")
struct SharedParametersTests {
  private static let shape = [6, 5, 2]

  private func makeBase(_ seed: UInt64 = 3) throws -> Model {
    try Sequential(input: Self.shape, seed: seed) {
      Conv2D(8, kernelSize: 3, useBias: false)
      BatchNormalization()
      Conv2D(4, kernelSize: 1, activation: .relu)
      Flatten()
    }
  }

  private func makeHead(_ seed: UInt64 = 4) throws -> Model {
    try Sequential(input: [48], seed: seed) {
      Dense(5).regularized("kernel", by: .l2(0.01))
      Dense(3)
    }
  }

  /// Base, a layer of its own, and head.
  private func makeWhole(_ base: Model, _ head: Model, seed: UInt64 = 5, sharing: [SharedLayer]? = nil) throws -> Model {
    let whole = try Sequential(input: Self.shape, seed: seed) {
      Conv2D(8, kernelSize: 3, useBias: false)
      BatchNormalization()
      Conv2D(4, kernelSize: 1, activation: .relu)
      Flatten()
      LayerNormalization()
      Dense(5).regularized("kernel", by: .l2(0.01))
      Dense(3)
    }
    let layers =
      (0..<4).map { SharedLayer($0, of: base, $0) } + [SharedLayer(5, of: head, 0), SharedLayer(6, of: head, 1)]
    return try Model(architecture: whole.architecture, seed: seed, sharing: sharing ?? layers)
  }

  private func images(_ count: Int) throws -> Tensor {
    try Tensor(shape: [count] + Self.shape, values: values(count * Self.shape.reduce(1, *), seed: 1))
  }

  private func targets(_ count: Int, _ width: Int) throws -> Tensor {
    try Tensor(shape: [count, width], values: values(count * width, seed: 2))
  }

  @Test("What one model learns, the others know, as if it had been copied to them")
  func learning() throws {
    let (base, head) = (try makeBase(), try makeHead())
    let whole = try makeWhole(base, head)
    let alone = try makeWhole(base, head, sharing: [])
    try alone.setWeights(of: whole)
    for model in [whole, alone] { try model.compile(optimizer: .adam(learningRate: 0.01), loss: .meanSquaredError) }
    try base.compile(optimizer: .sgd(learningRate: 0.01, momentum: 0.9), loss: .meanSquaredError)
    let (x, y) = (try images(7), try targets(7, 3))
    for step in 0..<6 {
      if step % 3 == 2 {
        _ = try base.trainOnBatch([x], [targets(7, 48)])
        try alone.setWeights(of: whole)
      } else {
        let (shared, copied) = (try whole.trainOnBatch([x], [y]), try alone.trainOnBatch([x], [y]))
        #expect(shared == copied)
      }
      let (ofBase, ofHead, all) = (try base.weights, try head.weights, try whole.weights)
      let (ofAlone, shared, copied) = (try alone.weights, try whole.predict(x).floats, try alone.predict(x).floats)
      #expect(all == ofAlone)
      #expect(shared == copied)
      #expect(Array(all.prefix(ofBase.count)) == ofBase)
      #expect(Array(all.suffix(ofHead.count)) == ofHead)
    }
    let copy = try whole.serialized().withUnsafeBytes { try Model.deserialize($0) }
    let (shared, copied) = (try whole.trainOnBatch([x], [y]), try copy.trainOnBatch([x], [y]))
    #expect(shared == copied)
  }

  @Test("Initial values are those of the model that made the layer, whoever asks first")
  func initialValues() throws {
    let (base, head) = (try makeBase(), try makeHead())
    let whole = try makeWhole(base, head)
    let (first, ofBase, ofHead) = (try whole.weights, try makeBase().weights, try makeHead().weights)
    let isDrawn = base.exclusively { state in base.graph.weights.indices.allSatisfy { state.initialValue($0) == nil } }
    #expect(isDrawn)
    #expect(Array(first.prefix(ofBase.count)) == ofBase)
    #expect(Array(first.suffix(ofHead.count)) == ofHead)
  }

  @Test("They stay when the model that made them is gone")
  func lifetime() throws {
    func makePart() throws -> (Model, expected: [Float]) {
      let base = try makeBase()
      let layers = (0..<4).map { SharedLayer($0, of: base, $0) }
      return (try Model(architecture: base.architecture, seed: 9, sharing: layers), try base.weights)
    }
    let (part, expected) = try makePart()
    let found = try part.weights
    #expect(found == expected)
  }

  @Test("Weights from a file come to all")
  func files() throws {
    let (base, head, other) = (try makeBase(), try makeHead(), try makeBase(8))
    let whole = try makeWhole(base, head)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("shared-\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try other.saveWeights(to: path)
    let before = try whole.predict(images(3)).floats
    try base.loadWeights(from: path)
    let (all, expected, after) = (try whole.weights, try other.weights, try whole.predict(images(3)).floats)
    #expect(Array(all.prefix(expected.count)) == expected)
    #expect(after != before)
  }

  @Test("Models that share can be used by several threads")
  func threads() async throws {
    let (base, head) = (try makeBase(), try makeHead())
    let whole = try makeWhole(base, head)
    for model in [whole, base] { try model.compile(optimizer: .sgd(learningRate: 0.001), loss: .meanSquaredError) }
    let (x, y, z) = (try images(40), try targets(40, 3), try targets(40, 48))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try whole.fit(x, y, batchSize: 8, epochs: 5) }
      group.addTask { try base.fit(x, z, batchSize: 8, epochs: 5) }
      for model in [whole, base] { group.addTask { for _ in 0..<20 { _ = try model.predict(x) } } }
      group.addTask { for _ in 0..<20 { _ = try head.weights } }
      try await group.waitForAll()
    }
    let (all, ofBase) = (try whole.weights, try base.weights)
    let isFinite = all.allSatisfy { $0.isFinite }
    #expect(isFinite)
    #expect(Array(all.prefix(ofBase.count)) == ofBase)
  }

  @Test("Layers that do not fit are refused")
  func refused() throws {
    let (base, head) = (try makeBase(), try makeHead())
    func refusal(_ shared: SharedLayer) -> String {
      do {
        _ = try makeWhole(base, head, sharing: [shared])
        return ""
      } catch { return "\(error)" }
    }
    let message = refusal(SharedLayer(0, of: base, 2))
    let shapes = "has weights of shapes (1, 1, 8, 4), (4,), but in this model its input needs (3, 3, 2, 8); use a new layer here"
    #expect(message.contains("layer 'conv2d' \(shapes)"))
    for shared in [SharedLayer(7, of: base, 0), SharedLayer(0, of: base, 4), SharedLayer(-1, of: base, 0)] {
      let message = refusal(shared)
      #expect(message.contains("they cannot share the weights"))
    }
  }
}

extension Model {
  fileprivate func setWeights(of other: Model) throws {
    try other.weights.withUnsafeBufferPointer { try setWeights($0) }
  }
}
