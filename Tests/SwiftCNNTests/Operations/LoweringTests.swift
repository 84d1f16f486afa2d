import Testing

@testable import SwiftCNN

@Suite("Lowering")
struct LoweringTests {
  @Test("is defined for every layer that a model can hold")
  func everyLayer() {
    let missing = LayerRegistry.layers.filter { !($0 is any LowerableLayer) }.map(\.className)
    #expect(missing.isEmpty)
  }
}
