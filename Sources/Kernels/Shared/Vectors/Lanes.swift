/// How a loop body accesses memory. The same body runs on whole vectors and on the last, partial one, so that an element's value
/// never depends on its position.
protocol Lanes {
  /// The lanes in use, 1...16.
  var count: Int { get }
  /// Reads the lanes in use from memory. The others are zero.
  func load(_ from: UnsafePointer<Float>) -> V
  /// Writes the lanes in use.
  func store(_ v: V, _ to: UnsafeMutablePointer<Float>)
  /// The lanes in use of `v`, the others `filler`.
  func fill(_ v: V, _ filler: Float) -> V
}

extension Lanes {
  @inline(__always)
  func load(_ from: UnsafePointer<Int32>) -> SIMD16<Int32> {
    bits(load(UnsafeRawPointer(from).assumingMemoryBound(to: Float.self)))
  }

  @inline(__always)
  func store(_ v: SIMD16<Int32>, _ to: UnsafeMutablePointer<Int32>) {
    store(fromBits(v), UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self))
  }
}

/// Numbers 0...255 with one byte each in memory. These are plain loops, which the compiler vectorizes; the library's own
/// conversions are calls.
extension Lanes {
  @inline(__always)
  func load(bytes from: UnsafePointer<UInt8>) -> SIMD16<Int32> {
    var result = SIMD16<Int32>()
    var lane = 0
    while lane < count {
      result[lane] = Int32(from[lane])
      lane &+= 1
    }
    return result
  }

  @inline(__always)
  func store(bytes v: SIMD16<Int32>, _ to: UnsafeMutablePointer<UInt8>) {
    var lane = 0
    while lane < count {
      to[lane] = UInt8(truncatingIfNeeded: v[lane])
      lane &+= 1
    }
  }
}

struct AllLanes: Lanes {
  @inline(__always)
  init() {}

  @inline(__always)
  var count: Int { 16 }

  @inline(__always)
  func load(_ from: UnsafePointer<Float>) -> V { UnsafeRawPointer(from).loadUnaligned(as: V.self) }

  @inline(__always)
  func store(_ v: V, _ to: UnsafeMutablePointer<Float>) { UnsafeMutableRawPointer(to).storeBytes(of: v, as: V.self) }

  @inline(__always)
  func fill(_ v: V, _ filler: Float) -> V { v }
}

/// The first `count` lanes, 1...15.
struct FirstLanes: Lanes {
  let count: Int

  @inline(__always)
  init(_ count: Int) { self.count = count }

  @inline(__always)
  func load(_ from: UnsafePointer<Float>) -> V { loadTail(from, count) }

  @inline(__always)
  func store(_ v: V, _ to: UnsafeMutablePointer<Float>) { storeTail(to, v, count) }

  @inline(__always)
  func fill(_ v: V, _ filler: Float) -> V {
    choose(laneNumbers() .< SIMD16(repeating: Int32(truncatingIfNeeded: count)), v, splat(filler))
  }
}

/// A whole vector that ends at the end of its row, for a last, partial step that may process some lanes again: those before
/// `first`. This is twice as fast as moving the other lanes in pieces.
struct LastLanes: Lanes {
  private let first: Int

  @inline(__always)
  init(from first: Int) { self.first = first }

  @inline(__always)
  var count: Int { 16 }

  @inline(__always)
  func load(_ from: UnsafePointer<Float>) -> V { AllLanes().load(from) }

  @inline(__always)
  func store(_ v: V, _ to: UnsafeMutablePointer<Float>) { AllLanes().store(v, to) }

  @inline(__always)
  func fill(_ v: V, _ filler: Float) -> V {
    choose(laneNumbers() .< SIMD16(repeating: Int32(truncatingIfNeeded: first)), splat(filler), v)
  }
}

/// One pass over `n` elements, sixteen at a time.
protocol ElementLoop {
  /// Processes the elements that start at `i`, as many as `lanes` has.
  mutating func step(_ i: Int, _ lanes: some Lanes)
}

extension ElementLoop {
  @inline(__always)
  mutating func run(_ n: Int) {
    var i = 0
    while i &+ 16 <= n {
      step(i, AllLanes())
      i &+= 16
    }
    if i < n { step(i, FirstLanes(n &- i)) }
  }

  /// The same for a body that may process an element twice. The last vector overlaps the one before, so there is no tail.
  @inline(__always)
  mutating func runOverlapping(_ n: Int) {
    guard n >= 16 else { return run(n) }
    var i = 0
    while i < n {
      step(min(i, n &- 16), AllLanes())
      i &+= 16
    }
  }
}
