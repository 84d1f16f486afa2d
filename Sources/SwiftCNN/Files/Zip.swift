/// Reads zip archives: stored and deflated entries, no encryption, no zip64.
///
/// Reference: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification".
enum Zip {
  struct Entry {
    let name: String
    let block: CompressedBlock
  }

  private static let directoryEndSize = 22
  private static let longestComment = 0xFFFF

  /// The archive's entries in the order of its directory. Sizes and offsets are read from the directory, because those beside the
  /// data may be zero.
  static func entries(_ file: UnsafeRawBufferPointer) throws(SwiftCNNError) -> [Entry] {
    var end = ByteReader(file, at: try findDirectoryEnd(file), of: "the zip archive")
    let signatureAndDisks = 8
    try end.skip(signatureAndDisks)
    let countOnThisDisk = try end.read(UInt16.self)
    let count = try end.read(UInt16.self)
    guard count == countOnThisDisk else { throw .invalidValue("the zip archive is split into several files; join them first") }
    let directorySize = Int(try end.read(UInt32.self))
    let directoryStart = Int(try end.read(UInt32.self))
    var directory = ByteReader(file, at: directoryStart, of: "the zip directory")
    directory = ByteReader(try directory.take(directorySize), of: "the zip directory")
    var entries: [Entry] = []
    for _ in 0..<count { entries.append(try readEntry(&directory, file)) }
    return entries
  }

  /// The end record of the directory is at the end of the file, before a comment of unknown length.
  private static func findDirectoryEnd(_ file: UnsafeRawBufferPointer) throws(SwiftCNNError) -> Int {
    let last = file.count - directoryEndSize
    for position in stride(from: last, through: max(0, last - longestComment), by: -1) {
      guard file.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian == 0x0605_4B50 else { continue }
      let comment = file.loadUnaligned(fromByteOffset: position + directoryEndSize - 2, as: UInt16.self).littleEndian
      if position + directoryEndSize + Int(comment) == file.count { return position }
    }
    throw .invalidValue("this is no zip archive, or a truncated one: the end of its directory is missing")
  }

  private static func readEntry(
    _ directory: inout ByteReader, _ file: UnsafeRawBufferPointer
  ) throws(SwiftCNNError) -> Entry {
    guard try directory.read(UInt32.self) == 0x0201_4B50 else { throw .invalidValue("the zip directory is damaged") }
    let versions = 4
    try directory.skip(versions)
    let flags = try directory.read(UInt16.self)
    let methodNumber = try directory.read(UInt16.self)
    let timeAndDate = 4
    try directory.skip(timeAndDate)
    let checksum = try directory.read(UInt32.self)
    let compressedSize = try directory.read(UInt32.self)
    let size = try directory.read(UInt32.self)
    let nameSize = Int(try directory.read(UInt16.self))
    let extraAndCommentSize = Int(try directory.read(UInt16.self)) + Int(try directory.read(UInt16.self))
    let diskAndAttributes = 8
    try directory.skip(diskAndAttributes)
    let start = try directory.read(UInt32.self)
    let name = String(decoding: try directory.take(nameSize), as: UTF8.self)
    try directory.skip(extraAndCommentSize)

    let isEncrypted = flags & 1 != 0
    guard !isEncrypted, let method = CompressedBlock.Method(rawValue: methodNumber) else {
      throw .invalidValue(
        "the zip entry \(JSON.quoted(name)) is encrypted or compressed by method \(methodNumber); only stored (0) and deflated (8) "
          + "entries are read")
    }
    guard ![compressedSize, size, start].contains(.max) else {
      throw .invalidValue("the zip entry \(JSON.quoted(name)) needs zip64, which is not read; entries must be below 4 GiB")
    }
    let bytes = try findData(file, at: Int(start), size: Int(compressedSize))
    return Entry(name: name, block: CompressedBlock(bytes: bytes, method: method, size: Int(size), checksum: checksum))
  }

  /// Skips the header before an entry's data. Its name and extra field may have other lengths than those in the directory.
  private static func findData(
    _ file: UnsafeRawBufferPointer, at start: Int, size: Int
  ) throws(SwiftCNNError) -> UnsafeRawBufferPointer {
    var reader = ByteReader(file, at: start, of: "the zip archive")
    guard try reader.read(UInt32.self) == 0x0403_4B50 else {
      throw .invalidValue("the zip archive is damaged: an entry's header is missing")
    }
    let fieldsBeforeSizes = 22
    try reader.skip(fieldsBeforeSizes)
    let nameSize = Int(try reader.read(UInt16.self))
    let extraSize = Int(try reader.read(UInt16.self))
    try reader.skip(nameSize + extraSize)
    return try reader.take(size)
  }
}
