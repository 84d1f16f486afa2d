import Testing

@testable import SwiftCNN

@Suite("Placing tensors in an arena")
struct ArenaTests {
  @Test("tensors alive at the same time never overlap, others share their place")
  func lifetimes() {
    var arena = Arena()
    let first = arena.place(100, life: 0...1)
    let second = arena.place(50, life: 1...2)
    let third = arena.place(60, life: 2...3)
    #expect(first == 0)
    #expect(second >= 100)
    #expect(third == 0)
    #expect(arena.count < 300)
  }
}
