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

@Suite("Groups of images")
struct StageTests {
  @Test("cover the batch in order and depend on its size alone", arguments: [1, 2, 15, 16, 17, 100, 128])
  func groups(count: Int) {
    let groups = Stage.groups(count)
    #expect(groups.flatMap { Array($0) } == Array(0..<count))
    #expect(groups.count == min(count, 16))
    #expect((groups.map(\.count).max() ?? 0) - (groups.map(\.count).min() ?? 0) <= 1)
  }
}
