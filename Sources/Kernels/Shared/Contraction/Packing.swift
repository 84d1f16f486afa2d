import CKernels

// Packing copies a panel of columns of a matrix into contiguous memory, which the register tile reads in order. The columns
// beyond the matrix are zeros: the tile computes them but never stores them.

/// Columns [0, columns) of b [depth][b_row] -> dst [depth][round16(columns)].
@inline(never)
func packPanel(_ b: UnsafePointer<Float>?, _ bRow: Int, _ depth: Int, _ columns: Int, _ dst: UnsafeMutablePointer<Float>?) {
  var source = b.unsafelyUnwrapped
  var target = dst.unsafelyUnwrapped
  let width = (columns &+ 15) & ~15
  let whole = columns & ~15
  let tail = columns &- whole
  for _ in 0..<depth {
    var j = 0
    while j < whole {
      store(target + j, load(source + j))
      j &+= 16
    }
    if tail != 0 { store(target + j, loadTail(source + j, tail)) }
    source += bRow
    target += width
  }
}

/// Rows [0, columns) of b [columns][b_row], each `depth` long -> dst [depth][round16(columns)].
@inline(never)
func packPanelTransposed(
  _ b: UnsafePointer<Float>?, _ bRow: Int, _ depth: Int, _ columns: Int, _ dst: UnsafeMutablePointer<Float>?
) {
  let source = b.unsafelyUnwrapped
  let target = dst.unsafelyUnwrapped
  let width = (columns &+ 15) & ~15
  var j = 0
  while j < width {
    var k = 0
    if j &+ 16 <= columns {
      while k &+ 16 <= depth {
        transpose16(source + (j &* bRow &+ k), bRow, target + (k &* width &+ j), width)
        k &+= 16
      }
    }
    while k < depth {
      for lane in j..<(j &+ 16) { target[k &* width &+ lane] = lane < columns ? source[lane &* bRow &+ k] : 0 }
      k &+= 1
    }
    j &+= 16
  }
}

/// dst[i][j] = src[j][i] for a 16 x 16 block: four rounds of the perfect shuffle of row i with row i + 8.
@inline(__always)
private func transpose16(
  _ source: UnsafePointer<Float>, _ sourceRow: Int, _ target: UnsafeMutablePointer<Float>, _ targetRow: Int
) {
  var rows = InlineArray<16, V> { load(source + $0 &* sourceRow) }
  for _ in 0..<4 {
    var next = rows
    for i in 0..<8 {
      let (low, high) = interleave(rows[i], rows[i &+ 8])
      next[2 &* i] = low
      next[2 &* i &+ 1] = high
    }
    rows = next
  }
  for i in 0..<16 { store(target + i &* targetRow, rows[i]) }
}

@inline(__always)
private func interleave(_ a: V, _ b: V) -> (V, V) {
  var low = V(repeating: 0)
  var high = V(repeating: 0)
  low.evenHalf = a.lowHalf
  low.oddHalf = b.lowHalf
  high.evenHalf = a.highHalf
  high.oddHalf = b.highHalf
  return (low, high)
}
