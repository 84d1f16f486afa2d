/// A borrowed array of any element type, strides and alignment, such as NumPy hands out.
///
/// The first axis counts samples. Nothing is copied: samples are converted to float32 when a batch is read.
public struct ArrayView {
  let data: UnsafeRawPointer
  /// Type of the elements.
  public let dtype: DType
  let byteSwapped: Bool
  /// Elements along each axis, the samples' first; at most `maximumRank` axes.
  public let shape: [Int]
  /// In bytes; zero and negative strides are allowed.
  let strides: [Int]
  /// The elements of one sample follow each other without a gap.
  let hasPackedSamples: Bool
  /// Reading the memory may fail: a mapping of a file that others may cut.
  let mayVanish: Bool

  /// The largest number of axes.
  public static let maximumRank = 8

  /// A view of memory that others own, which must stay as it is while the view is used.
  ///
  /// - Parameters:
  ///   - data: the element at index 0 of every axis; may be nil for an array without elements.
  ///   - strides: bytes from one index to the next, one for each axis.
  ///   - mayVanish: the memory is a mapping of a file that others may cut: it is read with care, and a cut is an error.
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

  /// Refuses strides that lead further than any memory.
  private static func checkReach(_ shape: [Int], _ strides: [Int]) throws(SwiftCNNError) {
    for (extent, stride) in zip(shape, strides) where extent > 1 {
      let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      guard !overflow, reach.magnitude <= farthest else {
        throw .invalidValue("the array of shape \(Shape.text(shape)) has the strides \(strides), which leave all memory")
      }
    }
  }

  /// Bytes that addresses can be apart, with room to add up those of all axes.
  private static let farthest: UInt = 1 << 57

  /// Stands for the data of an array without elements.
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

  /// Whether `memory` touches the bytes from the array's first to its last, gaps between its elements included.
  func overlaps(_ memory: UnsafeRawBufferPointer) -> Bool {
    guard !shape.contains(0), let start = memory.baseAddress, !memory.isEmpty else { return false }
    let reaches = zip(shape, strides).map { extent, stride in (extent - 1) &* stride }
    let first = data + reaches.filter { $0 < 0 }.reduce(0, &+)
    let end = data + reaches.filter { $0 > 0 }.reduce(dtype.size, &+)
    return first < start + memory.count && start < end
  }

  /// Samples `range` of the same array.
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
  /// Whether an element is in both.
  func overlaps(_ other: Self) -> Bool {
    guard let start = baseAddress, let otherStart = other.baseAddress, !isEmpty, !other.isEmpty else { return false }
    return start < otherStart + other.count && otherStart < start + count
  }
}
