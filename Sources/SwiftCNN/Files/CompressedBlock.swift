/// The bytes of an archive's entry, with the declared properties of its content.
struct CompressedBlock {
  enum Method: UInt16 {
    case stored = 0
    case deflate = 8
  }

  let bytes: UnsafeRawBufferPointer
  let method: Method
  /// Declared size of the content in bytes.
  let size: Int
  /// Declared CRC-32 of the content.
  let checksum: UInt32

  /// The content. The declared size is checked before memory is allocated, and the checksum at the end.
  func decompress(limit: Int) throws(SwiftCNNError) -> [UInt8] {
    try requireSensibleSize(limit)
    var content = [UInt8](repeating: 0, count: size)
    try content.withUnsafeMutableBufferPointer { buffer throws(SwiftCNNError) in
      try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    return content
  }

  private func requireSensibleSize(_ limit: Int) throws(SwiftCNNError) {
    guard size <= limit else {
      throw .invalidValue("the content is said to have \(size) bytes; at most \(limit) bytes are read")
    }
    let isPossible = method == .stored ? size == bytes.count : Inflate.isPlausible(size: size, compressed: bytes.count)
    guard isPossible else {
      throw .invalidValue("\(bytes.count) bytes in the archive cannot hold the \(size) bytes that it declares; it is damaged")
    }
    try Memory.ensureAvailable(size, for: "the content")
  }

  private func fill(_ content: UnsafeMutableRawBufferPointer) throws(SwiftCNNError) {
    switch method {
    case .stored: content.copyMemory(from: bytes)
    case .deflate:
      let used = try Inflate.decode(bytes, into: content)
      guard used == bytes.count else {
        throw .invalidValue("damaged compressed data: \(bytes.count - used) bytes follow its end")
      }
    }
    guard CRC32.checksum(UnsafeRawBufferPointer(content)) == checksum else {
      throw .invalidValue("the checksum does not match the content; the file is damaged, so fetch it again")
    }
  }
}
