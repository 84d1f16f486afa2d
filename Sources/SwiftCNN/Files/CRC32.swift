/// The checksum of zip and gzip (polynomial 0xEDB88320), eight bytes a step.
///
/// Reference: M. Kounavis, F. Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", 2005.
enum CRC32 {
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var crc = ~UInt32(0)
      let wordEnd = bytes.count & ~7
      for position in stride(from: 0, to: wordEnd, by: 8) {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(crc)
        crc = 0
        for lane in 0..<8 {
          crc ^= tables[(7 - lane) * 256 + Int(UInt8(truncatingIfNeeded: word >> UInt64(8 * lane)))]
        }
      }
      for byte in bytes[wordEnd...] { crc = tables[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8) }
      return ~crc
    }
  }

  /// Entry `256 * k + byte`: the checksum's change by `byte` followed by `k` zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB8_8320 }
    }
    for entry in 256..<tables.count {
      let previous = tables[entry - 256]
      tables[entry] = tables[Int(previous & 0xFF)] ^ (previous >> 8)
    }
    return tables
  }()
}
