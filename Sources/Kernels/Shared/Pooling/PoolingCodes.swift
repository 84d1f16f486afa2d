import CKernels

/// The codes that max pooling and dropout save for each output: the place of the argmax in its window, or `dead` if no gradient
/// passes.
protocol PoolingCodes {
  func load(_ i: Int, _ lanes: some Lanes) -> SIMD16<Int32>
  func store(_ places: SIMD16<Int32>, _ i: Int, _ lanes: some Lanes)
  static var dead: SIMD16<Int32> { get }
}

extension KernelPool {
  /// Whether a place fits in a byte together with `dead`.
  @inline(__always)
  var hasByteCodes: Bool { pool_h &* pool_w <= 255 }
}

struct ByteCodes: PoolingCodes {
  private let memory: UnsafeMutablePointer<UInt8>

  @inline(__always)
  init(_ memory: UnsafeMutableRawPointer) { self.memory = memory.assumingMemoryBound(to: UInt8.self) }

  @inline(__always)
  static var dead: SIMD16<Int32> { SIMD16<Int32>(repeating: 255) }

  @inline(__always)
  func load(_ i: Int, _ lanes: some Lanes) -> SIMD16<Int32> { lanes.load(bytes: memory + i) }

  @inline(__always)
  func store(_ places: SIMD16<Int32>, _ i: Int, _ lanes: some Lanes) { lanes.store(bytes: places, memory + i) }
}

/// Codes for windows that are too large for bytes.
struct WordCodes: PoolingCodes {
  private let memory: UnsafeMutablePointer<Int32>

  @inline(__always)
  init(_ memory: UnsafeMutableRawPointer) { self.memory = memory.assumingMemoryBound(to: Int32.self) }

  @inline(__always)
  static var dead: SIMD16<Int32> { SIMD16<Int32>(repeating: -1) }

  @inline(__always)
  func load(_ i: Int, _ lanes: some Lanes) -> SIMD16<Int32> { lanes.load(memory + i) }

  @inline(__always)
  func store(_ places: SIMD16<Int32>, _ i: Int, _ lanes: some Lanes) { lanes.store(places, memory + i) }
}
