@testable import SwiftCNN

/// Builds archives whose fields may lie.
struct ArchiveEntry {
  var name = "x.npy"
  var flags: UInt16 = 0
  var method: UInt16 = 0
  var data: [UInt8]
  var size: UInt32
  var compressedSize: UInt32
  var checksum: UInt32
  var start: UInt32 = 0

  init(_ data: [UInt8]) {
    self.data = data
    size = UInt32(data.count)
    compressedSize = size
    checksum = data.withUnsafeBytes(CRC32.checksum)
  }

  fileprivate var fields: [UInt8] {
    littleEndian(flags) + littleEndian(method) + [0, 0, 0, 0] + littleEndian(checksum) + littleEndian(compressedSize)
      + littleEndian(size) + littleEndian(UInt16(name.utf8.count)) + [0, 0]
  }
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] { littleEndian(value).reversed() }

/// - Parameter count: the number of entries that the directory claims.
func zip(_ entries: [ArchiveEntry], count: UInt16? = nil, comment: [UInt8] = []) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for entry in entries {
    let start = entry.start + UInt32(file.count)
    directory += Array("PK\u{1}\u{2}".utf8) + [20, 0, 20, 0] + entry.fields + [UInt8](repeating: 0, count: 10)
    directory += littleEndian(start) + Array(entry.name.utf8)
    file += Array("PK\u{3}\u{4}".utf8) + [20, 0] + entry.fields + Array(entry.name.utf8) + entry.data
  }
  let number = littleEndian(count ?? UInt16(entries.count))
  let end = Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + number + number
  return file + directory + end + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(file.count))
    + littleEndian(UInt16(comment.count)) + comment
}

/// A .npy array with this header text.
func npy(_ header: String, _ elements: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let length = version == 1 ? littleEndian(UInt16(header.utf8.count)) : littleEndian(UInt32(header.utf8.count))
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + elements
}

func npyHeader(_ descr: String, _ shape: String, fortran: Bool = false) -> String {
  "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }  \n"
}
