import CKernels

// The register tile. Every convolution and matrix product of the engine runs in `tileRows`. A tile keeps R rows of N vectors in
// registers during the whole contraction. So each loaded vector of `b` is used R times, and each broadcast value of `a` N times.
// R and N are chosen for the registers of the instruction set. Results do not depend on them.

#if KERNELS_AVX512
  /// Columns of a packed panel: 6 x 4 sums, 4 vectors of `b` and one broadcast fill the 32 registers of 16 lanes.
  let panelWidth = 64
  /// The largest width for which one panel is faster than two narrow ones: 5 x 5 sums, 5 vectors of `b` and one broadcast.
  let widestPanel = 80
#else
  /// Columns of a packed panel: 6 x 2 sums, 2 registers of `b` and one broadcast fill the 16 registers of 8 lanes.
  let panelWidth = 16
  let widestPanel = 16
#endif

/// C[m][n] = start + sum of A x B over one panel of columns: see `KernelTile`. If the last vector has eight columns or fewer, it
/// is a half vector. It takes half the time if the processor adds 256 bits at a time.
@inline(never)
func tileRows(_ tile: UnsafePointer<KernelTile>?) {
  let t = tile.unsafelyUnwrapped
  switch (t.pointee.columns &+ 7) / 8 {
  case 1: TileColumns<0, 1>.run(t)
  case 2: TileColumns<1, 0>.run(t)
  #if KERNELS_AVX512
    case 3: TileColumns<1, 1>.run(t)
    case 4: TileColumns<2, 0>.run(t)
    case 5: TileColumns<2, 1>.run(t)
    case 6: TileColumns<3, 0>.run(t)
    case 7: TileColumns<3, 1>.run(t)
    case 8: TileColumns<4, 0>.run(t)
    case 9: TileColumns<4, 1>.run(t)
    case 10: TileColumns<5, 0>.run(t)
  #endif
  default: break
  }
}

/// Tiles of N vectors and H half vectors, one below the other.
private enum TileColumns<let N: Int, let H: Int> {
  /// The tallest tile; beyond it the compiler no longer keeps the sums in registers.
  @inline(__always)
  private static var mostRows: Int {
    #if KERNELS_AVX512
      N == 0 ? 8 : N &+ H < 3 ? 7 : N &+ H < 5 ? 6 : 5
    #elseif KERNELS_AVX2
      N == 0 ? 8 : 6
    #else
      2
    #endif
  }

  @inline(__always)
  static func run(_ t: UnsafePointer<KernelTile>) {
    let total = t.pointee.rows
    var tiles = (total &+ mostRows &- 1) / mostRows
    var row = 0
    while tiles > 0 {
      // Tiles have nearly equal heights, because a last tile of one row would run at a fraction of the speed.
      let rows = (total &- row &+ tiles &- 1) / tiles
      fetchNext(t, row, rows)
      if areFar(t) { fetchSums(t, row &+ rows, min(rows, total &- row &- rows)) }
      run(t, row, rows)
      row &+= rows
      tiles &-= 1
    }
  }

  /// A share of the data that the caller reads next: the same as the share of these rows in the tile.
  @inline(__always)
  private static func fetchNext(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
    let elements = t.pointee.next_elements
    if elements == 0 { return }
    var i = elements &* row / t.pointee.rows
    let end = elements &* (row &+ rows) / t.pointee.rows
    while i < end {
      kernel_prefetch(t.pointee.next.unsafelyUnwrapped + i)
      i &+= 16
    }
  }

  /// Whether the existing sums are too large for the second-level cache, as the gradients of many weights are.
  @inline(__always)
  private static func areFar(_ t: UnsafePointer<KernelTile>) -> Bool {
    t.pointee.accumulate != 0 && t.pointee.rows &* t.pointee.c_row > 1 << 16
  }

  /// Prefetches the sums that the next tile adds to, while this tile is computed.
  @inline(__always)
  private static func fetchSums(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
    for m in 0..<max(0, rows) {
      let line = t.pointee.c.unsafelyUnwrapped + (row &+ m) &* t.pointee.c_row
      for n in 0..<N &+ H { kernel_prefetch(line + n &* 16) }
    }
  }

  @inline(__always)
  private static func run(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
    switch rows {
    case 1: RegisterTile<1, N, H>.run(t, row)
    case 2: RegisterTile<2, N, H>.run(t, row)
    case 3 where mostRows >= 3: RegisterTile<3, N, H>.run(t, row)
    case 4 where mostRows >= 4: RegisterTile<4, N, H>.run(t, row)
    case 5 where mostRows >= 5: RegisterTile<5, N, H>.run(t, row)
    case 6 where mostRows >= 6: RegisterTile<6, N, H>.run(t, row)
    case 7 where mostRows >= 7: RegisterTile<7, N, H>.run(t, row)
    case 8 where mostRows >= 8: RegisterTile<8, N, H>.run(t, row)
    default: break
    }
  }
}

/// R rows of N vectors and H half vectors in registers. They hold the initial values and then the sums.
private struct RegisterTile<let R: Int, let N: Int, let H: Int> {
  private var whole = InlineArray<R, InlineArray<N, V>>(repeating: InlineArray(repeating: V()))
  private var half = InlineArray<R, InlineArray<H, HalfV>>(repeating: InlineArray(repeating: HalfV()))

  @inline(never)
  static func run(_ tile: UnsafePointer<KernelTile>, _ row: Int) {
    let t = tile.pointee
    let c = t.c.unsafelyUnwrapped + row &* t.c_row
    let tail = t.columns &- (N &+ H &- 1) &* 16
    var sums = RegisterTile()
    if t.accumulate != 0 {
      for m in 0..<R { sums.loadRow(m, c + m &* t.c_row, tail) }
    } else if let bias = t.bias {
      sums.loadRow(0, bias, tail)
      for m in 1..<R { sums.copyRow(0, to: m) }
    }
    sums.contract(t, t.a.unsafelyUnwrapped + row &* t.a_row)
    if t.relu != 0 {
      for m in 0..<R {
        for n in 0..<N { sums.whole[m][n] = sums.whole[m][n].replacing(with: V(), where: sums.whole[m][n] .<= V()) }
        for n in 0..<H { sums.half[m][n] = sums.half[m][n].replacing(with: HalfV(), where: sums.half[m][n] .<= HalfV()) }
      }
    }
    for m in 0..<R { sums.storeRow(m, c + m &* t.c_row, tail) }
  }

  /// - Parameter tail: the columns of the last vector, which is the half vector if there is one.
  @inline(__always)
  private mutating func loadRow(_ m: Int, _ p: UnsafePointer<Float>, _ tail: Int) {
    for n in 0..<N {
      whole[m][n] = H == 0 && n == N &- 1 && tail != 16 ? loadTail(p + n &* 16, tail) : load(p + n &* 16)
    }
    for n in 0..<H { half[m][n] = loadTail(p + N &* 16, tail).lowHalf }
  }

  @inline(__always)
  private mutating func copyRow(_ from: Int, to m: Int) {
    for n in 0..<N { whole[m][n] = whole[from][n] }
    for n in 0..<H { half[m][n] = half[from][n] }
  }

  @inline(__always)
  private func storeRow(_ m: Int, _ p: UnsafeMutablePointer<Float>, _ tail: Int) {
    for n in 0..<N {
      if H == 0 && n == N &- 1 && tail != 16 {
        storeTail(p + n &* 16, whole[m][n], tail)
      } else {
        store(p + n &* 16, whole[m][n])
      }
    }
    for n in 0..<H { storeTail(p + N &* 16, V(lowHalf: half[m][n], highHalf: HalfV()), tail) }
  }

  @inline(__always)
  private mutating func contract(_ t: KernelTile, _ a: UnsafePointer<Float>) {
    var aOuter = a
    var bOuter = t.b.unsafelyUnwrapped
    var outer = t.outer
    while outer > 0 {
      var ap = aOuter
      var bp = bOuter
      var k = t.depth
      while k > 0 {
        addProducts(ap, t.a_row, bp)
        ap += t.a_step
        bp += t.b_row
        k &-= 1
      }
      aOuter += t.a_outer
      bOuter += t.b_outer
      outer &-= 1
    }
  }

  /// Adds one term to every sum.
  @inline(__always)
  private mutating func addProducts(_ a: UnsafePointer<Float>, _ aRow: Int, _ b: UnsafePointer<Float>) {
    var vectors = InlineArray<N, V>(repeating: V())
    var halves = InlineArray<H, HalfV>(repeating: HalfV())
    for n in 0..<N { vectors[n] = load(b + n &* 16) }
    for n in 0..<H { halves[n] = load(half: b + N &* 16) }
    for m in 0..<R {
      let x = splat(a[m &* aRow])
      for n in 0..<N { whole[m][n] = fma(whole[m][n], x, vectors[n]) }
      for n in 0..<H { half[m][n] = fma(half[m][n], x.lowHalf, halves[n]) }
    }
  }
}
