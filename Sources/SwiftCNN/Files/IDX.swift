/// Reads IDX files, the format in which MNIST is published. They may be gzipped.
///
/// Reference: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
public enum IDX {
  /// The maximum number of bytes in the content of a gzipped file.
  static let maximumBytes = 4 << 30

  /// The array of an IDX file. Bytes stay uint8, floats become float32, other integers int32.
  ///
  /// - Throws: `SwiftCNNError.io` if the file cannot be read, `.invalidValue` or `.invalidType` if it is damaged or no IDX file.
  public static func read(_ path: String) throws(SwiftCNNError) -> Tensor {
    let file = try FileSystem.read(path, limit: maximumBytes)
    do throws(SwiftCNNError) {
      return try file.withUnsafeBufferPointer { bytes throws(SwiftCNNError) in try decode(UnsafeRawBufferPointer(bytes)) }
    } catch {
      throw error.about("the file '\(path)'")
    }
  }

  static func decode(_ file: UnsafeRawBufferPointer) throws(SwiftCNNError) -> Tensor {
    guard Gzip.isGzip(file) else { return try decodePlain(file) }
    let content = try Gzip.decompress(file, limit: maximumBytes)
    return try content.withUnsafeBufferPointer { bytes throws(SwiftCNNError) in
      try decodePlain(UnsafeRawBufferPointer(bytes))
    }
  }

  private static let types: [UInt8: DType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  /// The format: two zero bytes, the type, the rank, each size in four bytes, and the elements. All numbers are big-endian.
  private static func decodePlain(_ file: UnsafeRawBufferPointer) throws(SwiftCNNError) -> Tensor {
    var reader = ByteReader(file, of: "the IDX file")
    guard try reader.read(UInt16.self) == 0 else {
      throw .invalidValue("this is no IDX file: it does not begin with two zero bytes")
    }
    let code = try reader.read(UInt8.self)
    guard let dtype = types[code] else {
      throw .invalidType(
        "the IDX file has the element type 0x\(String(code, radix: 16)); known are 0x8, 0x9, 0xb, 0xc, 0xd and 0xe")
    }
    let rank = try reader.read(UInt8.self)
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(Int(UInt32(bigEndian: UInt32(littleEndian: try reader.read())))) }
    return try Tensor(decoding: try reader.take(reader.remaining), dtype: dtype, bigEndian: true, shape: shape)
  }
}
