/// A borrowed array with any element type, strides and alignment, such as a NumPy array.
///
/// The first axis counts samples. Nothing is copied: samples are converted to float32 when a batch is read.
public struct ArrayView {
  let data: UnsafeRawPointer
  /// Type of the elements.
  public let dtype: DType
  let byteSwapped: Bool
  /// Elements along each axis, with the samples' axis first; at most `maximumRank` axes.
  public let shape: [Int]
  /// Strides in bytes. Zero and negative strides are allowed.
  let strides: [Int]
  /// Whether the elements of one sample are contiguous.
  let hasPackedSamples: Bool
  /// Whether reading the memory may fail, because it maps a file that others may truncate.
  let mayVanish: Bool

  /// The largest number of axes.
  public static let maximumRank = 8

  /// Creates a view of memory that someone else owns. The memory must not change while the view is used.
  ///
  /// - Parameters:
  ///   - data: the address of the element with index 0 along every axis; may be nil for an array without elements.
  ///   - strides: bytes from one index to the next, one for each axis.
  ///   - mayVanish: whether the memory maps a file that others may truncate. It is then read with guards, and truncation is an
  ///     error.
  /// - Throws: `invalidValue` if there are too many axes, a stride is missing, the array is beyond any memory, or without
  ///   data.
  public init(
    _ data: UnsafeRawPointer?, dtype: DType, byteSwapped: Bool = false, shape: [Int], strides: [Int], mayVanish: Bool = false
  ) throws(SwiftCNNError) {
    guard shape.count <= Self.maximumRank, shape.count == strides.count, shape.allSatisfy({ $0 >= 0 }) else {
      throw .invalidValue(
        "an array of rank 0 to \(Self.maximumRank) was expected, with a stride for each axis; got the shape "
          + "\(Shape.text(shape)) and \(strides.count) strides")
    }
    let count = try Shape.count(shape, of: "the array")
    try Self.checkReach(shape, strides)
    guard let data = data ?? (count == 0 ? Self.nothing : nil) else {
      throw .invalidValue("an array of shape \(Shape.text(shape)) was given without its data")
    }
    self.data = data
    self.dtype = dtype
    self.byteSwapped = byteSwapped
    self.shape = shape
    self.strides = strides
    self.mayVanish = mayVanish
    hasPackedSamples = Self.isPacked(shape.dropFirst(), strides.dropFirst(), size: dtype.size)
  }

  /// Throws if the strides lead further than any memory.
  private static func checkReach(_ shape: [Int], _ strides: [Int]) throws(SwiftCNNError) {
    for (extent, stride) in zip(shape, strides) where extent > 1 {
      let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      guard !overflow, reach.magnitude <= farthest else {
        throw .invalidValue("the array of shape \(Shape.text(shape)) has the strides \(strides), which leave all memory")
      }
    }
  }

  /// The largest distance of addresses in bytes. The sum over all axes cannot overflow.
  private static let farthest: UInt = 1 << 57

  /// A substitute for the data of an array without elements.
  private static var nothing: UnsafeRawPointer? { UnsafeRawPointer(bitPattern: 64) }

  private static func isPacked(_ shape: ArraySlice<Int>, _ strides: ArraySlice<Int>, size: Int) -> Bool {
    var expected = size
    for (extent, stride) in zip(shape, strides).reversed() {
      if extent != 1 && stride != expected { return false }
      expected *= extent
    }
    return true
  }

  /// Number of samples; 0 for an array without axes.
  public var sampleCount: Int { shape.first ?? 0 }

  /// Shape of one sample.
  public var sampleShape: [Int] { Array(shape.dropFirst()) }

  /// Bytes from one sample to the next; 0 for an array without axes.
  var sampleStride: Int { strides.first ?? 0 }

  var sampleElements: Int { shape.dropFirst().reduce(1, *) }

  /// Whether `memory` overlaps the bytes from the array's first to its last, including gaps between its elements.
  func overlaps(_ memory: UnsafeRawBufferPointer) -> Bool {
    guard !shape.contains(0), let start = memory.baseAddress, !memory.isEmpty else { return false }
    let reaches = zip(shape, strides).map { extent, stride in (extent - 1) &* stride }
    let first = data + reaches.filter { $0 < 0 }.reduce(0, &+)
    let end = data + reaches.filter { $0 > 0 }.reduce(dtype.size, &+)
    return first < start + memory.count && start < end
  }

  /// The samples `range` of the same array.
  func slice(_ range: Range<Int>) -> ArrayView { ArrayView(self, range) }

  private init(_ whole: ArrayView, _ range: Range<Int>) {
    data = whole.data + range.lowerBound * whole.sampleStride
    dtype = whole.dtype
    byteSwapped = whole.byteSwapped
    shape = [range.count] + whole.shape.dropFirst()
    strides = whole.strides
    hasPackedSamples = whole.hasPackedSamples
    mayVanish = whole.mayVanish
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Whether the two ranges have an element in common.
  func overlaps(_ other: Self) -> Bool {
    guard let start = baseAddress, let otherStart = other.baseAddress, !isEmpty, !other.isEmpty else { return false }
    return start < otherStart + other.count && otherStart < start + count
  }
}
