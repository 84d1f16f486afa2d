/// Reads the gzip container (RFC 1952).
enum Gzip {
  static func isGzip(_ file: UnsafeRawBufferPointer) -> Bool {
    file.count >= 2 && file[0] == 0x1F && file[1] == 0x8B
  }

  /// The decompressed content, its checksum verified.
  ///
  /// - Parameter limit: larger contents are an error, and no memory is allocated for them.
  static func decompress(_ file: UnsafeRawBufferPointer, limit: Int) throws(SwiftCNNError) -> [UInt8] {
    var reader = ByteReader(file, of: "the gzip file")
    try skipHeader(&reader)
    let trailerSize = 8
    guard reader.remaining >= trailerSize else { throw .invalidValue("the gzip file is truncated") }
    var trailer = ByteReader(file, at: file.count - trailerSize, of: "the gzip file")
    let checksum = try trailer.read(UInt32.self)
    let size = Int(try trailer.read(UInt32.self))
    let compressed = try reader.take(reader.remaining - trailerSize)
    return try CompressedBlock(bytes: compressed, method: .deflate, size: size, checksum: checksum).decompress(limit: limit)
  }

  private static func skipHeader(_ reader: inout ByteReader) throws(SwiftCNNError) {
    try reader.skip(2)
    let method = try reader.read(UInt8.self)
    guard method == 8 else {
      throw .invalidValue("the gzip file is compressed by method \(method); only deflate (8) is known")
    }
    let flags = try reader.read(UInt8.self)
    let timeSystemAndLevel = 6
    try reader.skip(timeSystemAndLevel)
    if flags & 0x04 != 0 { try reader.skip(Int(try reader.read(UInt16.self))) }
    let hasName = flags & 0x08 != 0
    if hasName { try reader.skipText() }
    let hasComment = flags & 0x10 != 0
    if hasComment { try reader.skipText() }
    let hasHeaderChecksum = flags & 0x02 != 0
    if hasHeaderChecksum { try reader.skip(2) }
  }
}
