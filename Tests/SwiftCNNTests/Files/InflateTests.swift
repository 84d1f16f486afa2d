import Testing

@testable import SwiftCNN

@Suite struct InflateTests {
  private func inflate(_ compressed: [UInt8], size: Int) throws -> (content: [UInt8], used: Int) {
    var content = [UInt8](repeating: 0, count: size)
    let used = try compressed.withUnsafeBytes { input in
      try content.withUnsafeMutableBytes { try Inflate.decode(input, into: $0) }
    }
    return (content, used)
  }

  private static let cases: [(compressed: [UInt8], content: [UInt8])] = [
    (Fixtures.storedDeflate, Array(Fixtures.squares.prefix(40))), (Fixtures.fixedDeflate, Fixtures.squares),
    (Fixtures.dynamicDeflate, Fixtures.squares), (Fixtures.longCodeDeflate, Fixtures.skewed),
  ]

  @Test(arguments: cases.indices)
  func whatZlibCompressedIsRestored(_ index: Int) throws {
    let (compressed, content) = Self.cases[index]
    let result = try inflate(compressed, size: content.count)
    #expect(result.content == content)
    #expect(result.used == compressed.count)
  }

  @Test(arguments: cases.indices)
  func bytesBehindTheEndAreLeftAlone(_ index: Int) throws {
    let (compressed, content) = Self.cases[index]
    let result = try inflate(compressed + [UInt8](repeating: 0xAA, count: 9), size: content.count)
    #expect(result.content == content)
    #expect(result.used == compressed.count)
  }

  @Test(arguments: cases.indices)
  func everyTruncationIsRefused(_ index: Int) {
    let (compressed, content) = Self.cases[index]
    for truncated in truncations(of: compressed) {
      expectError("compressed data") { try inflate(truncated, size: content.count) }
    }
  }

  @Test(arguments: cases.indices)
  func flippedBitsAreSurvived(_ index: Int) {
    let (compressed, content) = Self.cases[index]
    for damaged in bitFlips(of: compressed) {
      do {
        #expect(try inflate(damaged, size: content.count).used <= damaged.count)
      } catch {
        #expect(error is SwiftCNNError)
      }
    }
  }

  @Test(arguments: cases.indices)
  func aWrongSizeIsRefused(_ index: Int) {
    let (compressed, content) = Self.cases[index]
    expectError("it gives more than the \(content.count - 1) bytes declared") {
      try inflate(compressed, size: content.count - 1)
    }
    expectError("it gives \(content.count) bytes where \(content.count + 1) are declared") {
      try inflate(compressed, size: content.count + 1)
    }
    expectError("it gives more than the 0 bytes declared") { try inflate(compressed, size: 0) }
  }

  /// Fields as (value, number of bits), packed lowest bit first.
  private func packed(_ fields: [(Int, Int)]) -> [UInt8] {
    var bits: [Int] = []
    for (value, count) in fields { bits += (0..<count).map { value >> $0 & 1 } }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      UInt8(bits[start..<min(start + 8, bits.count)].enumerated().reduce(0) { $0 | $1.element << $1.offset })
    }
  }

  /// A match of three bytes in the fixed code: length code 257 is 0000001, then a distance code of five bits.
  private func match(distanceCode: Int) -> [UInt8] {
    let reversed = (0..<5).reduce(0) { $0 | (distanceCode >> $1 & 1) << (4 - $1) }
    return packed([(1, 1), (1, 2), (0b100_0000, 7), (reversed, 5), (0, 7)])
  }

  @Test func forgedBlocksAreRefused() {
    expectError("an unknown kind of block") { try inflate(packed([(1, 1), (3, 2)]), size: 1) }
    expectError("does not match its complement") { try inflate([1, 5, 0, 0, 0], size: 5) }
    expectError("reaches before the beginning") { try inflate(match(distanceCode: 0), size: 3) }
    expectError("an unknown distance code") { try inflate(match(distanceCode: 30), size: 3) }
    expectError("an unknown length code") {
      // 286 is 11000110 in the fixed code, sent highest bit first.
      try inflate(packed([(1, 1), (1, 2), (0b0110_0011, 8), (0, 32)]), size: 3)
    }
  }

  @Test func forgedCodeTablesAreRefused() {
    func dynamic(_ rest: [(Int, Int)]) -> [UInt8] { packed([(1, 1), (2, 2)] + rest + [(0, 64)]) }
    expectError("too many Huffman codes") { try inflate(dynamic([(31, 5), (0, 5), (0, 4)]), size: 1) }
    expectError("too many Huffman codes of 1 bits") {
      try inflate(dynamic([(0, 5), (0, 5), (0, 4), (1, 3), (1, 3), (1, 3), (0, 3)]), size: 1)
    }
    expectError("an incomplete set") {
      try inflate(dynamic([(0, 5), (0, 5), (0, 4), (2, 3), (2, 3), (0, 3), (0, 3)]), size: 1)
    }
    // Codes: 0 is the symbol 16 (repeat the last length), 1 is 18 (a run of zeros).
    let repeatAndZeros = [(0, 5), (0, 5), (0, 4), (1, 3), (0, 3), (1, 3), (0, 3)]
    expectError("without one before it") { try inflate(dynamic(repeatAndZeros + [(0, 1)]), size: 1) }
    expectError("more code lengths than declared") {
      try inflate(dynamic(repeatAndZeros + [(1, 1), (127, 7), (1, 1), (127, 7)]), size: 1)
    }
    expectError("a block without an end") {
      try inflate(dynamic(repeatAndZeros + [(1, 1), (127, 7), (1, 1), (109, 7)]), size: 1)
    }
  }

  @Test func anImpossibleSizeIsNoticed() {
    #expect(Inflate.isPlausible(size: 1032 * 10, compressed: 10))
    #expect(!Inflate.isPlausible(size: 1033 * 11, compressed: 10))
  }
}

@Suite struct HuffmanTableTests {
  @Test func codesOfEveryLengthAreDecoded() throws {
    // 0, 10, 110, …, up to fourteen ones and a zero, and fifteen ones.
    let table = try HuffmanTable((1...15).map(UInt8.init) + [15])
    for ones in 0...15 {
      let result = table.decode(1 << UInt64(ones) - 1)
      #expect(result?.symbol == ones)
      #expect(result?.length == min(ones + 1, 15))
    }
  }

  @Test func aCodeThatIsNoneIsNoticed() throws {
    let table = try HuffmanTable([0, 1])
    let known = table.decode(0)
    let unknown = table.decode(1)
    #expect(known?.symbol == 1)
    #expect(unknown == nil)
  }
}

@Suite struct CRC32Tests {
  private func bitByBit(_ bytes: [UInt8]) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }
    return ~crc
  }

  @Test func theStandardCheckValueIsReached() {
    #expect("123456789".utf8.withContiguousStorageIfAvailable { CRC32.checksum(UnsafeRawBufferPointer($0)) } == 0xCBF4_3926)
  }

  @Test(arguments: 0...40) func everyLengthAgreesWithTheDefinition(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ 17) }
    #expect(bytes.withUnsafeBytes(CRC32.checksum) == bitByBit(bytes))
  }
}
