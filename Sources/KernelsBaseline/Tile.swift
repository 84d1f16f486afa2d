import CKernels

// The register tile: every convolution and matrix product of the engine runs in `tileRows`. A tile holds R rows of
// N vectors in registers over the whole contraction, so each loaded vector of `b` is used R times and each broadcast
// value of `a` N times. R and N are chosen for the registers of the instruction set; results do not depend on them.

#if KERNELS_AVX512
  /// Columns of a packed panel: 6 x 4 sums, 4 vectors of `b` and one broadcast fill the 32 registers of 16 lanes.
  let panelWidth = 64
#else
  /// Columns of a packed panel: 6 x 2 sums, 2 registers of `b` and one broadcast fill the 16 registers of 8 lanes.
  let panelWidth = 16
#endif

/// C[m][n] = start + sum of A x B over one panel of columns: see `KernelTile`.
@inline(never)
func tileRows(_ tile: UnsafePointer<KernelTile>?) {
  let t = tile.unsafelyUnwrapped
  let total = t.pointee.rows
  let vectors = (t.pointee.columns &+ 15) / 16
  let most = mostRows(vectors)
  var tiles = (total &+ most &- 1) / most
  var row = 0
  while tiles > 0 {
    // Near-equal tiles: a last tile of one row would run at a fraction of the speed.
    let rows = (total &- row &+ tiles &- 1) / tiles
    runTile(t, row, rows, vectors)
    row &+= rows
    tiles &-= 1
  }
}

/// The tallest tile; beyond it the compiler no longer keeps the sums in registers.
@inline(__always)
private func mostRows(_ vectors: Int) -> Int {
  #if KERNELS_AVX512
    vectors < 3 ? 7 : 6
  #elseif KERNELS_AVX2
    6
  #else
    2
  #endif
}

@inline(__always)
private func runTile(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int, _ vectors: Int) {
  #if KERNELS_AVX512
    switch vectors {
    case 1: runNarrowTile(t, row, rows)
    case 2: runDoubleTile(t, row, rows)
    case 3: runTripleTile(t, row, rows)
    default: runWideTile(t, row, rows)
    }
  #else
    runNarrowTile(t, row, rows)
  #endif
}

@inline(__always)
private func runNarrowTile(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
  switch rows {
  case 1: RegisterTile<1, 1>.run(t, row)
  case 2: RegisterTile<2, 1>.run(t, row)
  #if KERNELS_AVX2 || KERNELS_AVX512
    case 3: RegisterTile<3, 1>.run(t, row)
    case 4: RegisterTile<4, 1>.run(t, row)
    case 5: RegisterTile<5, 1>.run(t, row)
    case 6: RegisterTile<6, 1>.run(t, row)
  #endif
  #if KERNELS_AVX512
    case 7: RegisterTile<7, 1>.run(t, row)
  #endif
  default: break
  }
}

#if KERNELS_AVX512
  @inline(__always)
  private func runDoubleTile(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
    switch rows {
    case 1: RegisterTile<1, 2>.run(t, row)
    case 2: RegisterTile<2, 2>.run(t, row)
    case 3: RegisterTile<3, 2>.run(t, row)
    case 4: RegisterTile<4, 2>.run(t, row)
    case 5: RegisterTile<5, 2>.run(t, row)
    case 6: RegisterTile<6, 2>.run(t, row)
    case 7: RegisterTile<7, 2>.run(t, row)
    default: break
    }
  }

  @inline(__always)
  private func runTripleTile(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
    switch rows {
    case 1: RegisterTile<1, 3>.run(t, row)
    case 2: RegisterTile<2, 3>.run(t, row)
    case 3: RegisterTile<3, 3>.run(t, row)
    case 4: RegisterTile<4, 3>.run(t, row)
    case 5: RegisterTile<5, 3>.run(t, row)
    case 6: RegisterTile<6, 3>.run(t, row)
    default: break
    }
  }

  @inline(__always)
  private func runWideTile(_ t: UnsafePointer<KernelTile>, _ row: Int, _ rows: Int) {
    switch rows {
    case 1: RegisterTile<1, 4>.run(t, row)
    case 2: RegisterTile<2, 4>.run(t, row)
    case 3: RegisterTile<3, 4>.run(t, row)
    case 4: RegisterTile<4, 4>.run(t, row)
    case 5: RegisterTile<5, 4>.run(t, row)
    case 6: RegisterTile<6, 4>.run(t, row)
    default: break
    }
  }
#endif

/// R rows x N vectors of sums, kept in registers.
private enum RegisterTile<let R: Int, let N: Int> {
  typealias Vectors = InlineArray<N, V>
  typealias Sums = InlineArray<R, Vectors>

  @inline(never)
  static func run(_ tile: UnsafePointer<KernelTile>, _ row: Int) {
    let t = tile.pointee
    let c = t.c.unsafelyUnwrapped + row &* t.c_row
    let tail = t.columns &- (N &- 1) &* 16
    var sums = start(t, c, tail)
    contract(t, t.a.unsafelyUnwrapped + row &* t.a_row, &sums)
    if t.relu != 0 {
      let zero = V(repeating: 0)
      for m in 0..<R { for n in 0..<N { sums[m][n] = sums[m][n].replacing(with: zero, where: sums[m][n] .<= zero) } }
    }
    for m in 0..<R {
      for n in 0..<N {
        let p = c + (m &* t.c_row &+ n &* 16)
        if n == N &- 1 && tail != 16 { storeTail(p, sums[m][n], tail) } else { store(p, sums[m][n]) }
      }
    }
  }

  @inline(__always)
  private static func start(_ t: KernelTile, _ c: UnsafeMutablePointer<Float>, _ tail: Int) -> Sums {
    var sums = Sums(repeating: Vectors(repeating: V(repeating: 0)))
    if t.accumulate != 0 {
      for m in 0..<R { for n in 0..<N { sums[m][n] = loadColumns(c + (m &* t.c_row &+ n &* 16), n, tail) } }
    } else if let bias = t.bias {
      for n in 0..<N {
        let value = loadColumns(bias + n &* 16, n, tail)
        for m in 0..<R { sums[m][n] = value }
      }
    }
    return sums
  }

  @inline(__always)
  private static func loadColumns(_ p: UnsafePointer<Float>, _ n: Int, _ tail: Int) -> V {
    n == N &- 1 && tail != 16 ? loadTail(p, tail) : load(p)
  }

  @inline(__always)
  private static func contract(_ t: KernelTile, _ a: UnsafePointer<Float>, _ sums: inout Sums) {
    var aOuter = a
    var bOuter = t.b.unsafelyUnwrapped
    var outer = t.outer
    while outer > 0 {
      var ap = aOuter
      var bp = bOuter
      var k = t.depth
      while k > 0 {
        var b = Vectors(repeating: V(repeating: 0))
        for n in 0..<N { b[n] = load(bp + n &* 16) }
        for m in 0..<R {
          let x = V(repeating: ap[m &* t.a_row])
          for n in 0..<N { sums[m][n] = fma(sums[m][n], x, b[n]) }
        }
        ap += t.a_step
        bp += t.b_row
        k &-= 1
      }
      aOuter += t.a_outer
      bOuter += t.b_outer
      outer &-= 1
    }
  }
}
