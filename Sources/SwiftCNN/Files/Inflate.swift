/// Decompression of deflate, the method of zip and gzip.
///
/// Reference: P. Deutsch, "DEFLATE Compressed Data Format Specification version 1.3", RFC 1951.
enum Inflate {
  /// Two bits of deflate can stand for no more than 258 bytes.
  private static let largestRatio = 1032

  /// Whether `compressed` bytes of deflate can contain `size` bytes. If not, the size is false, and nothing is decompressed.
  static func isPlausible(size: Int, compressed: Int) -> Bool { size / largestRatio <= compressed }

  /// Fills `output`. It is an error if the data have more or fewer bytes than `output`.
  ///
  /// - Returns: the number of bytes of `input` that were used.
  static func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(SwiftCNNError) -> Int {
    var decoder = InflateDecoder(input, output)
    return try decoder.decode()
  }
}

private struct InflateDecoder {
  private var input: BitReader
  private let output: UnsafeMutableRawBufferPointer
  private var produced = 0

  init(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) {
    self.input = BitReader(input)
    self.output = output
  }

  mutating func decode() throws(SwiftCNNError) -> Int {
    var isLast = false
    while !isLast {
      isLast = try input.read(1) == 1
      switch try input.read(2) {
      case 0: try copyStored()
      case 1: try decodeBlock(Self.fixedLiterals(), Self.fixedDistances())
      case 2: try decodeDynamicBlock()
      default: throw damaged("an unknown kind of block")
      }
    }
    guard produced == output.count else {
      throw damaged("it gives \(produced) bytes where \(output.count) are declared")
    }
    return input.consumedBytes
  }

  private mutating func copyStored() throws(SwiftCNNError) {
    let sizes = try input.takeBytes(4)
    let size = UInt16(littleEndian: sizes.loadUnaligned(as: UInt16.self))
    let complement = UInt16(littleEndian: sizes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    guard size == ~complement else { throw damaged("a stored block's size does not match its complement") }
    let bytes = try input.takeBytes(Int(size))
    try requireRoom(bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: output[produced...]).copyMemory(from: bytes)
    produced += bytes.count
  }
}

// MARK: Compressed blocks

extension InflateDecoder {
  private static let endOfBlock = 256

  private mutating func decodeBlock(
    _ literals: borrowing HuffmanTable, _ distances: borrowing HuffmanTable
  ) throws(SwiftCNNError) {
    while true {
      input.refill()
      let symbol = try decodeSymbol(literals)
      if symbol < Self.endOfBlock {
        try requireRoom(1)
        output[produced] = UInt8(truncatingIfNeeded: symbol)
        produced += 1
      } else if symbol == Self.endOfBlock {
        return
      } else {
        // A length and its distance take at most 48 bits together, so one refill is enough for both.
        let length = try matchLength(symbol - Self.endOfBlock - 1)
        try copyMatch(length: length, distance: try matchDistance(try decodeSymbol(distances)))
      }
    }
  }

  @inline(__always)
  private mutating func decodeSymbol(_ table: borrowing HuffmanTable) throws(SwiftCNNError) -> Int {
    guard let (symbol, length) = table.decode(input.bits) else { throw damaged("an unknown Huffman code") }
    try input.drop(length)
    return symbol
  }

  /// Lengths grow by 1 for 8 codes, then by 2, 4, … for 4 codes each; the last code is 258 alone (RFC 1951, 3.2.5).
  @inline(__always)
  private mutating func matchLength(_ code: Int) throws(SwiftCNNError) -> Int {
    if code < 8 { return 3 + code }
    guard code <= 28 else { throw damaged("an unknown length code") }
    if code == 28 { return 258 }
    let extraBits = code / 4 - 1
    return 3 + ((4 + (code & 3)) << extraBits) + (try input.take(extraBits))
  }

  /// Distances grow by 1 for 4 codes, then by 2, 4, … for 2 codes each.
  @inline(__always)
  private mutating func matchDistance(_ code: Int) throws(SwiftCNNError) -> Int {
    if code < 4 { return 1 + code }
    guard code <= 29 else { throw damaged("an unknown distance code") }
    let extraBits = code / 2 - 1
    return 1 + ((2 + (code & 1)) << extraBits) + (try input.take(extraBits))
  }

  /// Repeats the output from `distance` bytes ago. A match that is longer than its distance repeats itself.
  private mutating func copyMatch(length: Int, distance: Int) throws(SwiftCNNError) {
    guard distance <= produced else { throw damaged("a match that reaches before the beginning") }
    try requireRoom(length)
    // Invariant: a match copies bytes that were written, so the output is not empty.
    let target = output.baseAddress! + produced
    if distance == 1 {
      target.initializeMemory(as: UInt8.self, repeating: output[produced - 1], count: length)
    } else if distance >= length {
      target.copyMemory(from: target - distance, byteCount: length)
    } else {
      for i in 0..<length { output[produced + i] = output[produced + i - distance] }
    }
    produced += length
  }

  @inline(__always)
  private func requireRoom(_ count: Int) throws(SwiftCNNError) {
    guard count <= output.count - produced else { throw damaged("it gives more than the \(output.count) bytes declared") }
  }

  private func damaged(_ flaw: String) -> SwiftCNNError {
    .invalidValue("damaged compressed data: \(flaw)")
  }
}

// MARK: Code tables

extension InflateDecoder {
  private static func fixedLiterals() throws(SwiftCNNError) -> HuffmanTable {
    let lengths: [(UInt8, Int)] = [(8, 144), (9, 112), (7, 24), (8, 8)]
    return try HuffmanTable(lengths.flatMap { [UInt8](repeating: $0.0, count: $0.1) })
  }

  /// With 32 codes the set is complete. The last two never occur in valid data.
  private static func fixedDistances() throws(SwiftCNNError) -> HuffmanTable {
    try HuffmanTable([UInt8](repeating: 5, count: 32))
  }

  private mutating func decodeDynamicBlock() throws(SwiftCNNError) {
    let literalCount = try input.read(5) + 257
    let distanceCount = try input.read(5) + 1
    guard literalCount <= 286, distanceCount <= 30 else { throw damaged("too many Huffman codes") }
    let lengths = try readLengths(literalCount + distanceCount)
    guard lengths[Self.endOfBlock] > 0 else { throw damaged("a block without an end") }
    try decodeBlock(try HuffmanTable(lengths[..<literalCount]), try HuffmanTable(lengths[literalCount...]))
  }

  /// The code lengths, which are compressed too: 0–15 are lengths, 16 repeats the last one, 17 and 18 are runs of zeros.
  private mutating func readLengths(_ count: Int) throws(SwiftCNNError) -> [UInt8] {
    let table = try readLengthTable()
    var lengths: [UInt8] = []
    while lengths.count < count {
      input.refill()
      switch try decodeSymbol(table) {
      case 16:
        guard let last = lengths.last else { throw damaged("a repeated code length without one before it") }
        lengths += [UInt8](repeating: last, count: 3 + (try input.take(2)))
      case 17: lengths += [UInt8](repeating: 0, count: 3 + (try input.take(3)))
      case 18: lengths += [UInt8](repeating: 0, count: 11 + (try input.take(7)))
      case let length: lengths.append(UInt8(length))
      }
    }
    guard lengths.count == count else { throw damaged("more code lengths than declared") }
    return lengths
  }

  private mutating func readLengthTable() throws(SwiftCNNError) -> HuffmanTable {
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [UInt8](repeating: 0, count: order.count)
    for position in 0..<(try input.read(4) + 4) { lengths[order[position]] = UInt8(try input.read(3)) }
    return try HuffmanTable(lengths)
  }
}
