/// A group of vectors with sums that do not wait for one another.
protocol VectorGroup {
  static var count: Int { get }
  /// - Parameter vector: returns the vector with each index.
  init(_ vector: (Int) -> V)
  func each(_ body: (Int, V) -> Void)
  func map(_ body: (V) -> V) -> Self
  func with(_ b: Self, _ body: (V, V) -> V) -> Self
  func with(_ b: Self, _ c: Self, _ body: (V, V, V) -> V) -> Self
}

extension VectorGroup {
  /// A group of zeros.
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
  /// As many vectors as fit in the registers, with some sums of each.
  typealias WidestGroup = TwoGroups<TwoGroups<OneVector>>
#else
  typealias WidestGroup = TwoGroups<OneVector>
#endif

/// A pass over the rows of a matrix for groups of its columns.
protocol ColumnLoop {
  /// Processes the columns that start at `j`, as many as the group has. In the last vector, only the columns of `lanes` are used.
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
