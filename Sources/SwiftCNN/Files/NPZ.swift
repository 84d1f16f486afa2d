/// Reads the arrays that `numpy.savez` and `numpy.savez_compressed` write.
public enum NPZ {
  /// The maximum number of bytes of all arrays together.
  static let maximumBytes = 4 << 30

  /// The arrays of an .npz file by name. Bytes and booleans stay uint8, floats become float32, other integers int32.
  ///
  /// - Throws: `SwiftCNNError.io` if the file cannot be read, `.invalidValue` or `.invalidType` if it is damaged or contains
  ///   Python objects, arrays in Fortran order or integers beyond 32 bits.
  public static func read(_ path: String) throws(SwiftCNNError) -> [String: Tensor] {
    let file = try FileSystem.read(path, limit: maximumBytes)
    do throws(SwiftCNNError) {
      return try file.withUnsafeBufferPointer { bytes throws(SwiftCNNError) in try decode(UnsafeRawBufferPointer(bytes)) }
    } catch {
      throw error.about("the file '\(path)'")
    }
  }

  static func decode(_ file: UnsafeRawBufferPointer) throws(SwiftCNNError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    var bytesLeft = maximumBytes
    for entry in try Zip.entries(file) {
      guard entry.name.hasSuffix(".npy") else {
        throw .invalidValue("the entry \(JSON.quoted(entry.name)) is no .npy array; an .npz file holds nothing else")
      }
      let name = String(entry.name.dropLast(".npy".count))
      guard tensors[name] == nil else { throw .invalidValue("the array \(JSON.quoted(name)) appears twice") }
      do throws(SwiftCNNError) {
        tensors[name] = try decodeArray(try entry.block.decompress(limit: bytesLeft))
      } catch {
        throw error.about("the array \(JSON.quoted(name))")
      }
      bytesLeft -= entry.block.size
    }
    return tensors
  }

  private static func decodeArray(_ bytes: [UInt8]) throws(SwiftCNNError) -> Tensor {
    try bytes.withUnsafeBufferPointer { buffer throws(SwiftCNNError) in
      var reader = ByteReader(UnsafeRawBufferPointer(buffer), of: "the .npy array")
      let header = try NPYHeader.read(&reader)
      let elements = try reader.take(reader.remaining)
      return try Tensor(decoding: elements, dtype: header.dtype, bigEndian: header.isBigEndian, shape: header.shape)
    }
  }
}
