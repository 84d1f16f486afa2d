extension Tensor {
  /// A tensor from the elements in a file: bytes and booleans stay uint8, floats become float32, integers int32.
  ///
  /// `bytes` must have the size that `shape` requires, and integers must fit in 32 bits, as labels do.
  init(
    decoding bytes: UnsafeRawBufferPointer, dtype: DType, bigEndian: Bool, shape: [Int]
  ) throws(SwiftCNNError) {
    let count = try Shape.count(shape, of: "the array")
    guard bytes.count == count * dtype.size else {
      throw .invalidValue(
        "an array of shape \(Shape.text(shape)) and type \(dtype) has \(count * dtype.size) bytes, but the file holds "
          + "\(bytes.count); it is truncated or damaged")
    }
    try Memory.ensureAvailable(count * MemoryLayout<Float>.size, for: "the array")
    let elements = Elements(bytes: bytes, isBigEndian: bigEndian)
    switch dtype {
    case .uint8, .bool: try self.init(shape: shape, bytes: Array(bytes))
    case .float32: try self.init(shape: shape, values: elements.map(UInt32.self) { Float(bitPattern: $0) })
    case .float64: try self.init(shape: shape, values: elements.map(UInt64.self) { Float(Double(bitPattern: $0)) })
    case .int8: try self.init(shape: shape, labels: elements.labels(Int8.self))
    case .uint16: try self.init(shape: shape, labels: elements.labels(UInt16.self))
    case .int16: try self.init(shape: shape, labels: elements.labels(Int16.self))
    case .uint32: try self.init(shape: shape, labels: elements.labels(UInt32.self))
    case .int32: try self.init(shape: shape, labels: elements.labels(Int32.self))
    case .uint64: try self.init(shape: shape, labels: elements.labels(UInt64.self))
    case .int64: try self.init(shape: shape, labels: elements.labels(Int64.self))
    case .float16: throw .invalidType("float16 arrays are not read from files; convert the array to float32 first")
    }
  }
}

private struct Elements {
  let bytes: UnsafeRawBufferPointer
  let isBigEndian: Bool

  func map<Raw: FixedWidthInteger, Value>(
    _ type: Raw.Type, _ convert: (Raw) throws(SwiftCNNError) -> Value
  ) throws(SwiftCNNError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(bytes.count / MemoryLayout<Raw>.size)
    for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Raw>.size) {
      let raw = bytes.loadUnaligned(fromByteOffset: offset, as: Raw.self)
      values.append(try convert(isBigEndian ? Raw(bigEndian: raw) : Raw(littleEndian: raw)))
    }
    return values
  }

  func labels<Raw: FixedWidthInteger>(_ type: Raw.Type) throws(SwiftCNNError) -> [Int32] {
    try map(type) { raw throws(SwiftCNNError) in
      guard let label = Int32(exactly: raw) else {
        throw .invalidValue(
          "the array holds the integer \(raw), which does not fit into 32 bits; save it as floating-point numbers")
      }
      return label
    }
  }
}
