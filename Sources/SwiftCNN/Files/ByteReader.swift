/// Reads little-endian fields one after another from bytes that may end at any point.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  /// The name of the data in error messages: "the zip directory".
  private let subject: String
  private(set) var position: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, of subject: String) {
    self.bytes = bytes
    self.subject = subject
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  mutating func read<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(SwiftCNNError) -> Value {
    Value(littleEndian: try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self))
  }

  mutating func take(_ count: Int) throws(SwiftCNNError) -> UnsafeRawBufferPointer {
    guard count >= 0, position >= 0, count <= remaining else {
      throw .invalidValue(
        "\(subject) ends too early: \(count) bytes are expected at byte \(position) of \(bytes.count); it is truncated or "
          + "damaged")
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  mutating func skip(_ count: Int) throws(SwiftCNNError) { _ = try take(count) }

  /// Skips a text that ends in a zero byte.
  mutating func skipText() throws(SwiftCNNError) {
    while try read(UInt8.self) != 0 {}
  }
}
