import Testing

@testable import SwiftCNN

@Suite struct TensorTests {
  @Test func elementsAreKeptInTheirType() throws {
    let tensors = [
      try Tensor(shape: [3], values: [1, 2, 3]), try Tensor(shape: [3], bytes: [1, 2, 3]),
      try Tensor(shape: [3], labels: [1, 2, 3]),
    ]
    #expect(tensors.map(\.dtype) == [.float32, .uint8, .int32])
    for tensor in tensors {
      #expect(tensor.floats == [1, 2, 3])
      #expect(tensor.withView { $0.dtype } == tensor.dtype)
    }
  }

  @Test func viewsDescribeTheElements() throws {
    try Tensor(shape: [2, 3], labels: [1, 2, 3, 4, 5, 6]).withView { view in
      #expect(view.shape == [2, 3])
      #expect(view.strides == [12, 4])
      #expect(view.data.load(fromByteOffset: 20, as: Int32.self) == 6)
    }
  }

  @Test func aShapeMustHoldItsElements() {
    expectError("holds 6 elements, but 5 were given") { try Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5]) }
    expectError("more elements than memory can hold") {
      try Tensor(shape: [4_194_305, 4_194_305, 211_106_198_978_564], bytes: [])
    }
    expectError("at most 8") { try Tensor(shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], bytes: [1]) }
    expectError("(-1, -1)") { try Tensor(shape: [-1, -1], bytes: [1]) }
  }

  @Test func emptyTensorsAreAllowed() throws {
    #expect(try Tensor(shape: [0, 3], values: []).withView { $0.shape } == [0, 3])
    expectError("more elements than memory can hold") { try Tensor(shape: [0, 1 << 40, 1 << 40], values: []) }
  }

  @Test func reshapingKeepsTheElements() throws {
    let images = try Tensor(shape: [2, 2], bytes: [1, 2, 3, 4]).reshaped([2, 2, 1])
    #expect(images == (try Tensor(shape: [2, 2, 1], bytes: [1, 2, 3, 4])))
    expectError("holds 5 elements") { try images.reshaped([5]) }
  }

  @Test func divisionGivesFloats() throws {
    #expect(try Tensor(shape: [2], bytes: [255, 51]) / 255 == Tensor(shape: [2], values: [1, 0.2]))
    #expect(try Tensor(shape: [1], values: [3]) / 2 == Tensor(shape: [1], values: [1.5]))
    #expect(try Tensor(shape: [1], labels: [-3]) / 2 == Tensor(shape: [1], values: [-1.5]))
  }
}
