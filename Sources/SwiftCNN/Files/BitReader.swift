/// Reads bits in the order of deflate, lowest first.
struct BitReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// The next bits, first one lowest. Above the first `count` bits there may be some bits of the next byte.
  private(set) var bits: UInt64 = 0
  private var count = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The number of bytes with at least one bit that was used.
  var consumedBytes: Int { position - count / 8 }

  /// Loads at least 56 bits, or all bits that remain.
  @inline(__always)
  mutating func refill() {
    if position + 8 <= bytes.count {
      bits |= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) << UInt64(count)
      position += (63 - count) >> 3
      count |= 56
    } else {
      refillAtEnd()
    }
  }

  @inline(never)
  private mutating func refillAtEnd() {
    while count <= 56, position < bytes.count {
      bits |= UInt64(bytes[position]) << UInt64(count)
      position += 1
      count += 8
    }
  }

  @inline(__always)
  mutating func drop(_ length: Int) throws(SwiftCNNError) {
    guard length <= count else { throw Self.truncated }
    bits >>= UInt64(length)
    count -= length
  }

  /// The next bits as a number. They must be loaded.
  @inline(__always)
  mutating func take(_ length: Int) throws(SwiftCNNError) -> Int {
    let value = Int(truncatingIfNeeded: bits & ((1 << UInt64(length)) - 1))
    try drop(length)
    return value
  }

  mutating func read(_ length: Int) throws(SwiftCNNError) -> Int {
    refill()
    return try take(length)
  }

  /// Skips to the next whole byte and takes `length` bytes from there.
  mutating func takeBytes(_ length: Int) throws(SwiftCNNError) -> UnsafeRawBufferPointer {
    let start = consumedBytes
    guard length <= bytes.count - start else { throw Self.truncated }
    position = start + length
    bits = 0
    count = 0
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }

  private static var truncated: SwiftCNNError {
    .invalidValue("the compressed data ends too early; the file is truncated or damaged")
  }
}
