import Glibc
import Testing

@testable import SwiftCNN

@Suite("Reading arrays of any layout")
struct ArrayViewTests {
  private let kernels = InstructionSet.usable[0].kernels

  private func read(_ view: ArrayView, sample: Int) -> [Float] {
    var values = [Float](repeating: .nan, count: view.sampleElements)
    #expect(view.readSample(sample, into: &values, kernels))
    return values
  }

  @Test("memory that may vanish is read with care, whatever its layout, and a cut is noticed")
  func vanishingMemory() throws {
    let folder = try TemporaryFolder()
    let values = (0..<60_000).map { Float($0) }
    let file = open(folder / "mapped", O_RDWR | O_CREAT, 0o644)
    let bytes = values.count * 4
    #expect(values.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes)
    let memory = try #require(mmap(nil, bytes, PROT_READ, MAP_SHARED, file, 0))
    // As it lies; backwards; columns that are too far apart to be copied at once.
    let layouts: [(shape: [Int], strides: [Int], first: Int)] = [
      ([3, 20_000], [80_000, 4], 0), ([2, 5, 3], [40, 8, -4], 400), ([2, 3, 4], [4, 80_000, 8], 0), ([7], [-8], 4_000),
    ]
    for (shape, strides, first) in layouts {
      let plain = try ArrayView(memory + first, dtype: .float32, shape: shape, strides: strides)
      let careful = try ArrayView(memory + first, dtype: .float32, shape: shape, strides: strides, mayVanish: true)
      for sample in 0..<shape[0] { #expect(read(careful, sample: sample) == read(plain, sample: sample)) }
      #expect(careful.floatsInPlace(from: 0, count: 1) == nil)
    }
    let careful = try ArrayView(memory, dtype: .float32, shape: [3, 20_000], strides: [80_000, 4], mayVanish: true)
    #expect(ftruncate(file, 80_000) == 0)
    var room = [Float](repeating: 0, count: 20_000)
    #expect(careful.readSample(0, into: &room, kernels))
    #expect(!careful.readSample(2, into: &room, kernels))
    expectError("the file behind x was cut", "numpy.array(x)") { try careful.checkFinite("x", kernels) }
    munmap(memory, bytes)
    close(file)
  }

  @Test("strides that leave all memory are refused")
  func farStrides() {
    expectError("leave all memory") {
      try ArrayView(UnsafeRawPointer(bitPattern: 64), dtype: .float32, shape: [3], strides: [1 << 62])
    }
  }

  @Test("every element type")
  func types() throws {
    try check([Float(1.5), -2], .float32, [1.5, -2])
    try check([Double(1.5), -2], .float64, [1.5, -2])
    try check([UInt16(0x3e00), 0xc000, 0x0001, 0x7c00], .float16, [1.5, -2, 0x1p-24, .infinity])
    try check([UInt8(0), 255], .uint8, [0, 255])
    try check([Int8(-128), 127], .int8, [-128, 127])
    try check([UInt16(65535)], .uint16, [65535])
    try check([Int16(-5)], .int16, [-5])
    try check([UInt32(7)], .uint32, [7])
    try check([Int32(-7)], .int32, [-7])
    try check([UInt64(9)], .uint64, [9])
    try check([Int64(-9)], .int64, [-9])
    try check([UInt8(0), 1, 3], .bool, [0, 1, 1])
  }

  private func check<T>(_ memory: [T], _ type: DType, _ expected: [Float]) throws {
    try memory.withUnsafeBytes { bytes in
      let view = try ArrayView(
        bytes.baseAddress, dtype: type, shape: [1, memory.count], strides: [bytes.count, MemoryLayout<T>.stride])
      #expect(read(view, sample: 0) == expected, "\(type)")
    }
  }

  @Test("negative, zero and swapped strides, foreign byte order, odd addresses")
  func layouts() throws {
    let memory: [Float] = [0, 1, 2, 3, 4, 5]
    try memory.withUnsafeBytes { bytes in
      let base = bytes.baseAddress!
      let reversed = try ArrayView(base + 20, dtype: .float32, shape: [1, 6], strides: [0, -4])
      #expect(read(reversed, sample: 0) == [5, 4, 3, 2, 1, 0])
      let transposed = try ArrayView(base, dtype: .float32, shape: [1, 3, 2], strides: [0, 4, 12])
      #expect(read(transposed, sample: 0) == [0, 3, 1, 4, 2, 5])
      let broadcast = try ArrayView(base + 8, dtype: .float32, shape: [4, 3], strides: [0, 0])
      #expect(read(broadcast, sample: 3) == [2, 2, 2])
      let single = try ArrayView(base, dtype: .float32, shape: [1, 6, 1], strides: [77, 4, -999])
      #expect(read(single, sample: 0) == memory)
      #expect(single.floatsInPlace(from: 0, count: 1) == base.assumingMemoryBound(to: Float.self))
      #expect(reversed.floatsInPlace(from: 0, count: 1) == nil)
    }
    try check([UInt32(0x0000_803f)].map(\.self), byteSwapped: true, [1])
    var shifted = [UInt8](repeating: 0, count: 9)
    withUnsafeBytes(of: Float(2.5)) { shifted.replaceSubrange(1..<5, with: $0) }
    try shifted.withUnsafeBytes { bytes in
      let view = try ArrayView(bytes.baseAddress! + 1, dtype: .float32, shape: [1, 1], strides: [4, 4])
      #expect(read(view, sample: 0) == [2.5])
    }
  }

  private func check(_ memory: [UInt32], byteSwapped: Bool, _ expected: [Float]) throws {
    try memory.withUnsafeBytes { bytes in
      let view = try ArrayView(
        bytes.baseAddress, dtype: .float32, byteSwapped: byteSwapped, shape: [1, memory.count], strides: [bytes.count, 4])
      #expect(read(view, sample: 0) == expected)
    }
  }

  @Test("absurd shapes are refused, not trapped on")
  func absurdShapes() {
    for shape in [[4_194_305, 4_194_305, 211_106_198_978_564], [-1, 3], [1, 1, 1, 1, 1, 1, 1, 1, 1]] {
      #expect(throws: SwiftCNNError.self) {
        try ArrayView(nil, dtype: .uint8, shape: shape, strides: shape.map { _ in 1 })
      }
    }
  }
}
