/// The type of an array's elements; raw values are those of `scnn_dtype`.
public enum DType: Int32, CaseIterable, Sendable {
  /// Floating point of 4 bytes (IEEE 754, single precision).
  case float32 = 0
  /// Floating point of 8 bytes (IEEE 754, double precision).
  case float64
  /// Floating point of 2 bytes (IEEE 754, half precision).
  case float16
  /// Unsigned integers of 1 byte.
  case uint8
  /// Signed integers of 1 byte.
  case int8
  /// Unsigned integers of 2 bytes.
  case uint16
  /// Signed integers of 2 bytes.
  case int16
  /// Unsigned integers of 4 bytes.
  case uint32
  /// Signed integers of 4 bytes.
  case int32
  /// Unsigned integers of 8 bytes.
  case uint64
  /// Signed integers of 8 bytes.
  case int64
  /// One byte, 0 or 1.
  case bool

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .float16, .uint16, .int16: 2
    case .float32, .uint32, .int32: 4
    case .float64, .uint64, .int64: 8
    }
  }

  /// Whether elements are floating-point numbers: float16, float32 or float64.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64: true
    default: false
    }
  }
}

extension DType: CustomStringConvertible {
  /// The name in NumPy.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .float16: "float16"
    case .uint8: "uint8"
    case .int8: "int8"
    case .uint16: "uint16"
    case .int16: "int16"
    case .uint32: "uint32"
    case .int32: "int32"
    case .uint64: "uint64"
    case .int64: "int64"
    case .bool: "bool"
    }
  }
}
