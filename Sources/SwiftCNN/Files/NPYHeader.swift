/// The header of a .npy array.
///
/// Reference: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NPYHeader: Equatable {
  let dtype: DType
  let isBigEndian: Bool
  let shape: [Int]

  /// The same limit as in NumPy.
  private static let maximumLength = 10_000

  /// Reads the header. `reader` is then at the first element.
  static func read(_ reader: inout ByteReader) throws(SwiftCNNError) -> NPYHeader {
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard try Array(reader.take(magic.count)) == magic else {
      throw .invalidValue("this is no .npy array: it does not begin with \\x93NUMPY")
    }
    let version = try reader.read(UInt8.self)
    try reader.skip(1)
    guard (1...3).contains(version) else {
      throw .invalidValue("the .npy array has format version \(version); versions 1 to 3 are read")
    }
    let length = version == 1 ? Int(try reader.read(UInt16.self)) : Int(try reader.read(UInt32.self))
    guard length <= maximumLength else {
      throw .invalidValue("the .npy header is said to have \(length) bytes; at most \(maximumLength) are read")
    }
    var literal = PythonLiteral(try reader.take(length))
    return try parse(try literal.parseDictionary())
  }

  private static func parse(_ fields: [String: PythonLiteral.Value]) throws(SwiftCNNError) -> NPYHeader {
    guard fields.count == 3, case .string(let descr)? = fields["descr"], case .bool(let isFortran)? = fields["fortran_order"],
      case .tuple(let shape)? = fields["shape"]
    else {
      throw .invalidValue(
        "the .npy header must give 'descr' (a plain type such as '<f4'), 'fortran_order' and 'shape'; it has "
          + fields.keys.sorted().joined(separator: ", "))
    }
    guard !isFortran else {
      throw .invalidValue("the .npy array is in Fortran order; save numpy.ascontiguousarray(array) instead")
    }
    let (dtype, isBigEndian) = try parseType(descr)
    return NPYHeader(dtype: dtype, isBigEndian: isBigEndian, shape: shape)
  }

  private static let types: [Substring: DType] = [
    "f4": .float32, "f8": .float64, "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
    "i4": .int32, "u8": .uint64, "i8": .int64,
  ]

  private static func parseType(_ descr: String) throws(SwiftCNNError) -> (DType, isBigEndian: Bool) {
    guard let order = descr.first, "<>|=".contains(order), let dtype = types[descr.dropFirst()] else {
      let pickled = descr.contains("O") ? "Python objects are never unpickled. " : ""
      throw .invalidType(
        "the .npy array has the element type \(JSON.quoted(descr)). \(pickled)Read are booleans, integers, float32 and float64; "
          + "convert it with array.astype(...) first")
    }
    return (dtype, order == ">")
  }
}
