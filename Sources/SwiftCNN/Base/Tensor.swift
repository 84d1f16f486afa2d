/// An owned array in C order: float32 values, bytes such as the pixels of an image, or integer labels.
public struct Tensor: Sendable, Equatable {
  enum Storage: Sendable, Equatable {
    case floats([Float])
    case bytes([UInt8])
    case labels([Int32])
  }

  /// Elements along each axis; at most `ArrayView.maximumRank` axes.
  public let shape: [Int]
  let storage: Storage

  /// An array of float32.
  ///
  /// - Parameter values: the elements in C order.
  /// - Throws: `invalidValue` if the shape does not hold as many elements, or has too many axes.
  public init(shape: [Int], values: [Float]) throws(SwiftCNNError) {
    try self.init(shape, .floats(values))
  }

  /// An array of uint8. It is stored as uint8; the engine converts it batch by batch.
  ///
  /// - Parameter bytes: the elements in C order.
  /// - Throws: `invalidValue` if the shape does not hold as many elements, or has too many axes.
  public init(shape: [Int], bytes: [UInt8]) throws(SwiftCNNError) {
    try self.init(shape, .bytes(bytes))
  }

  /// An array of int32, such as the numbers of classes.
  ///
  /// - Parameter labels: the elements in C order.
  /// - Throws: `invalidValue` if the shape does not hold as many elements, or has too many axes.
  public init(shape: [Int], labels: [Int32]) throws(SwiftCNNError) {
    try self.init(shape, .labels(labels))
  }

  private init(_ shape: [Int], _ storage: Storage) throws(SwiftCNNError) {
    let count = try Shape.count(shape, of: "the tensor")
    guard shape.count <= ArrayView.maximumRank else {
      throw .invalidValue(
        "a tensor of shape \(Shape.text(shape)) has \(shape.count) axes; at most \(ArrayView.maximumRank) are allowed")
    }
    guard storage.count == count else {
      throw .invalidValue(
        "a tensor of shape \(Shape.text(shape)) holds \(count) elements, but \(storage.count) were given; make them agree")
    }
    self.shape = shape
    self.storage = storage
  }

  /// Number of elements.
  public var count: Int { storage.count }

  /// Type of the elements: float32, uint8 or int32.
  public var dtype: DType {
    switch storage {
    case .floats: .float32
    case .bytes: .uint8
    case .labels: .int32
    }
  }

  /// The elements as float32, in C order.
  public var floats: [Float] {
    switch storage {
    case .floats(let values): values
    case .bytes(let bytes): bytes.map(Float.init)
    case .labels(let labels): labels.map(Float.init)
    }
  }

  /// The same elements in another shape, for example `[60000, 28, 28]` as `[60000, 28, 28, 1]`.
  ///
  /// - Throws: `invalidValue` if the new shape does not hold as many elements, or has too many axes.
  public func reshaped(_ shape: [Int]) throws(SwiftCNNError) -> Tensor { try Tensor(shape, storage) }

  /// Every element divided by `divisor`, as float32: `images / 255` brings pixels to 0…1.
  public static func / (tensor: Tensor, divisor: Float) throws(SwiftCNNError) -> Tensor {
    let values =
      switch tensor.storage {
      case .floats(let values): values.map { $0 / divisor }
      case .bytes(let bytes): bytes.map { Float($0) / divisor }
      case .labels(let labels): labels.map { Float($0) / divisor }
      }
    return try Tensor(shape: tensor.shape, values: values)
  }

  /// Calls `body` with a view of the elements. The view is valid only during the call.
  ///
  /// - Throws: the errors of `body`.
  public func withView<Result>(_ body: (ArrayView) throws -> Result) rethrows -> Result {
    switch storage {
    case .floats(let values): try values.withUnsafeBytes { try body(view($0)) }
    case .bytes(let bytes): try bytes.withUnsafeBytes { try body(view($0)) }
    case .labels(let labels): try labels.withUnsafeBytes { try body(view($0)) }
    }
  }

  /// Copies the elements to memory of their own, for a view that must outlive a call.
  func copied() throws(SwiftCNNError) -> (memory: Buffer<UInt8>, view: ArrayView) {
    let copy = try Buffer<UInt8>(count * dtype.size, for: "a copy of an array of shape \(Shape.text(shape))")
    let memory = UnsafeMutableRawBufferPointer(copy.values)
    switch storage {
    case .floats(let values): values.withUnsafeBytes { memory.copyMemory(from: $0) }
    case .bytes(let bytes): bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
    case .labels(let labels): labels.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
    return (copy, view(UnsafeRawBufferPointer(memory)))
  }

  private func view(_ elements: UnsafeRawBufferPointer) -> ArrayView {
    var strides: [Int] = []
    var stride = dtype.size
    for extent in shape.reversed() {
      strides.insert(stride, at: 0)
      stride *= extent
    }
    do {
      return try ArrayView(elements.baseAddress, dtype: dtype, shape: shape, strides: strides)
    } catch {
      preconditionFailure("the initialiser has checked the shape: \(error)")
    }
  }
}

extension Tensor.Storage {
  var count: Int {
    switch self {
    case .floats(let values): values.count
    case .bytes(let bytes): bytes.count
    case .labels(let labels): labels.count
    }
  }
}
