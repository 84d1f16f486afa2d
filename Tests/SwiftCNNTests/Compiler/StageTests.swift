import Testing

@testable import SwiftCNN

@Suite("Stages")
struct StageTests {
  @Test("begin where an operation wants more images at once")
  func images() {
    let operations = [1, 1, 8, 4, 16].map { Stub(imagesAtOnce: $0) } + [Stub(scope: .batch), Stub(imagesAtOnce: 2)]
    let stages = Stage.stages(of: operations)
    #expect(stages.map(\.operations) == [0..<2, 2..<4, 4..<5, 5..<6, 6..<7])
    #expect(stages.map(\.imagesAtOnce) == [1, 8, 16, 1, 2])
    #expect(stages.map(\.work) == [20, 20, 10, 10, 10])
  }

  @Test("take a group's images in equal chunks in backward", arguments: [(1, [1]), (8, [8]), (9, [5, 4]), (20, [7, 7, 6])])
  func chunks(count: Int, expected: [Int]) {
    let stage = Stage.stages(of: [Stub(imagesAtOnce: 8)])[0]
    let chunks = stage.chunks(30..<30 + count)
    #expect(chunks.map(\.count) == expected)
    #expect(chunks.flatMap { Array($0) } == Array(30..<30 + count))
  }

  @Test("leave images for every thread", arguments: [(100, 2, 8), (10, 2, 5), (3, 2, 2), (1, 2, 1), (3, 8, 1)])
  func share(count: Int, threads: Int, expected: Int) {
    let stage = Stage.stages(of: [Stub(imagesAtOnce: 8)])[0]
    #expect(stage.images(of: count, threads: threads) == expected)
  }

  @Test("sum over groups that cover the batch in order and depend on its size alone", arguments: [1, 2, 15, 16, 17, 100, 128])
  func groups(count: Int) {
    let groups = Stage.groups(count, weights: 1000)
    #expect(groups.flatMap { Array($0) } == Array(0..<count))
    #expect(groups.count == min(count, 16))
    #expect(groups.map(\.count) == groups.map(\.count).sorted(by: >), "the larger ones first")
    #expect((groups.first?.count ?? 0) - (groups.last?.count ?? 0) <= 1)
  }

  @Test(
    "keep the memory of their sums in bounds",
    arguments: [(1 << 20, 16), (1 << 21, 8), (9 << 18, 4), (1 << 22, 4), (1 << 30, 4)])
  func memory(weights: Int, expected: Int) {
    #expect(Stage.groups(128, weights: weights).count == expected)
  }
}

/// An operation that computes nothing.
private final class Stub: Operation {
  var values = OperationValues(layer: 0, inputs: [0], outputs: [1], inputElements: 10, outputElements: 5)
  let scope: OperationScope
  let imagesAtOnce: Int
  let algorithm = "none"

  init(scope: OperationScope = .image, imagesAtOnce: Int = 1) {
    self.scope = scope
    self.imagesAtOnce = imagesAtOnce
  }

  func forward(_ call: OperationCall) {}
  func backward(_ call: OperationCall) {}
}
