import Testing

@testable import SwiftCNN

@Suite("Models called on one batch")
struct CallTests {
  @Test("random image layers, or dropout too, do what they do in training")
  func behaviors() throws {
    let model = try network()
    let x = try images(6)
    let still = try model.predict(x).floats
    #expect(try model.call(x, as: .inference).floats == still)
    let augmented = try model.call(x, as: .augmentation).floats
    #expect(augmented != still)
    #expect(!augmented.contains(0))
    #expect(try model.call(x, as: .training).floats.contains(0))
  }

  @Test("the draw and the seed determine what is drawn", arguments: [LayerBehavior.augmentation, .training])
  func draws(_ behavior: LayerBehavior) throws {
    let (model, again, x) = (try network(), try network(), try images(6))
    let first = try model.call(x, as: behavior, draw: 1).floats
    #expect(try model.call(x, as: behavior, draw: 2).floats != first)
    #expect(try again.call(x, as: behavior, draw: 1).floats == first)
    #expect(try network(seed: 2).call(x, as: behavior, draw: 1).floats != first)
  }

  /// So many that memory given back would be gone.
  @Test("a large batch that is converted lives until it was used", arguments: [LayerBehavior.inference, .training])
  func converted(_ behavior: LayerBehavior) throws {
    let model = try Sequential(input: [64, 64, 8], seed: 1) {
      Dropout(0.4)
      GlobalAveragePooling2D()
    }
    let bytes = (0..<64 * 64 * 8 * 20).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let images = try Tensor(shape: [20, 64, 64, 8], bytes: bytes)
    let floats = try Tensor(shape: images.shape, values: images.floats)
    #expect(try model.call(images, as: behavior) == model.call(floats, as: behavior))
    let dy = try noiseTensor(20, [8], seed: 2)
    #expect(try Derivatives(model, [images], [dy], as: behavior) == Derivatives(model, [floats], [dy], as: behavior))
  }

  @Test("a draw beyond its range is refused", arguments: [-1, 1 << 31])
  func range(_ draw: Int) throws {
    let (model, x) = (try network(), try images(1))
    #expect(throws: SwiftCNNError.invalidValue("draw must be from 0 to 2147483647, got \(draw)")) {
      try model.call(x, as: .training, draw: draw)
    }
  }

  private func network(seed: UInt64 = 1) throws -> Model {
    try Sequential(input: [4, 5, 2], seed: seed) {
      RandomTranslation(height: -0.4...0.4, width: -0.4...0.4)
      Dropout(0.4)
    }
  }

  /// No element is 0.
  private func images(_ count: Int) throws -> Tensor {
    try Tensor(shape: [count, 4, 5, 2], values: values(count * 40, seed: 3).map { 2 + $0 })
  }
}
