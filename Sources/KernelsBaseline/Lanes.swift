/// How a loop body reaches memory: the same body runs on whole vectors and on the last, partial one, so that
/// an element's value never depends on its place.
protocol Lanes {
  /// The lanes in use, 1...16.
  var count: Int { get }
  /// The lanes in use from memory, the others zero.
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

/// Numbers 0...255 that have one byte each in memory. Plain loops, which the compiler turns into vector conversions:
/// the library's own are calls.
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

/// A whole vector that ends with its row, for a last, partial step that may do some lanes again: those before `first`.
/// Twice as fast as moving the other lanes in pieces.
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
  /// Handles the elements that start at `i`, as many as `lanes` has.
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

  /// The same for a body that may handle an element twice: the last vector overlaps the one before, and has no tail.
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

/// Vectors side by side, whose sums do not wait for one another.
protocol VectorGroup {
  static var count: Int { get }
  /// - Parameter vector: of each number.
  init(_ vector: (Int) -> V)
  func each(_ body: (Int, V) -> Void)
  func map(_ body: (V) -> V) -> Self
  func with(_ b: Self, _ body: (V, V) -> V) -> Self
  func with(_ b: Self, _ c: Self, _ body: (V, V, V) -> V) -> Self
}

extension VectorGroup {
  /// Zeros.
  @inline(__always)
  init() { self.init { _ in V() } }

  @inline(__always)
  init(_ from: UnsafePointer<Float>, _ lanes: some Lanes) { self.init { lanes.load(from + 16 &* $0) } }

  @inline(__always)
  func store(_ to: UnsafeMutablePointer<Float>, _ lanes: some Lanes) { each { lanes.store($1, to + 16 &* $0) } }
}

struct OneVector: VectorGroup {
  let a: V

  @inline(__always)
  static var count: Int { 1 }
  @inline(__always)
  init(_ vector: (Int) -> V) { a = vector(0) }
  @inline(__always)
  func each(_ body: (Int, V) -> Void) { body(0, a) }
  @inline(__always)
  func map(_ body: (V) -> V) -> Self { Self { _ in body(a) } }
  @inline(__always)
  func with(_ b: Self, _ body: (V, V) -> V) -> Self { Self { _ in body(a, b.a) } }
  @inline(__always)
  func with(_ b: Self, _ c: Self, _ body: (V, V, V) -> V) -> Self { Self { _ in body(a, b.a, c.a) } }
}

struct TwoGroups<Group: VectorGroup>: VectorGroup {
  let a, b: Group

  @inline(__always)
  init(a: Group, b: Group) { (self.a, self.b) = (a, b) }
  @inline(__always)
  static var count: Int { 2 &* Group.count }
  @inline(__always)
  init(_ vector: (Int) -> V) { (a, b) = (Group(vector), Group { vector($0 &+ Group.count) }) }
  @inline(__always)
  func each(_ body: (Int, V) -> Void) {
    a.each(body)
    b.each { body($0 &+ Group.count, $1) }
  }
  @inline(__always)
  func map(_ body: (V) -> V) -> Self { Self(a: a.map(body), b: b.map(body)) }
  @inline(__always)
  func with(_ other: Self, _ body: (V, V) -> V) -> Self { Self(a: a.with(other.a, body), b: b.with(other.b, body)) }
  @inline(__always)
  func with(_ b: Self, _ c: Self, _ body: (V, V, V) -> V) -> Self {
    Self(a: a.with(b.a, c.a, body), b: self.b.with(b.b, c.b, body))
  }
}

#if KERNELS_AVX512
  /// As many as the registers have room for, with some sums of each.
  typealias WidestGroup = TwoGroups<TwoGroups<OneVector>>
#else
  typealias WidestGroup = TwoGroups<OneVector>
#endif

/// A pass over the rows of a matrix for groups of its columns.
protocol ColumnLoop {
  /// Handles the columns that start at `j`, as many as the group has; of the last vector, as many as `lanes` has.
  func step<Group: VectorGroup>(_ j: Int, _: Group.Type, _ lanes: some Lanes)
}

extension ColumnLoop {
  @inline(__always)
  func run(_ columns: Int) {
    var j = 0
    while j &+ 16 &* WidestGroup.count <= columns {
      step(j, WidestGroup.self, AllLanes())
      j &+= 16 &* WidestGroup.count
    }
    while j &+ 16 <= columns {
      step(j, OneVector.self, AllLanes())
      j &+= 16
    }
    if j < columns { step(j, OneVector.self, FirstLanes(columns &- j)) }
  }
}
