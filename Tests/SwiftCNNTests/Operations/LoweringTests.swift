import Testing

@testable import SwiftCNN

@Suite("Lowering")
struct LoweringTests {
  @Test("is defined for every layer that a model can hold")
  func everyLayer() {
    let missing = Graph.layerTypes.filter { !($0 is any LowerableLayer.Type) }.map { $0.className }
    #expect(missing.isEmpty)
  }
}
