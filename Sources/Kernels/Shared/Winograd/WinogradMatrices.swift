// The matrices of F(4, 3) with the points 0, 1, -1, 2, -2 and infinity, and their transposes, applied to vectors of
// channels. A two-dimensional transform applies one to the columns and then to the rows.
//
// F(2, 3) needs only the points 0, 1, -1 and infinity. Its kernels are those of F(4, 3) at these points, times 4, -3, -3 and 1,
// which are factors of its input's matrix here. The points that it does not need are zero in its input transform, and its output
// transform does not read them.

typealias Three = InlineArray<3, V>
typealias Four = InlineArray<4, V>
typealias Six = InlineArray<6, V>

/// S x T' of a square of vectors: `read` gives element (row, column) of x, `write` takes those of the result.
@inline(__always)
func transformTile<let From: Int, let To: Int>(
  columns transformColumn: (InlineArray<From, V>) -> InlineArray<To, V>,
  rows transformRow: (InlineArray<From, V>) -> InlineArray<To, V>,
  read: (_ row: Int, _ column: Int) -> V, write: (_ row: Int, _ column: Int, _ value: V) -> Void
) {
  let columns = InlineArray<From, InlineArray<To, V>> { column in
    transformColumn(InlineArray<From, V> { row in read(row, column) })
  }
  for row in 0..<To {
    let transformed = transformRow(InlineArray<From, V> { column in columns[column][row] })
    for column in 0..<To { write(row, column, transformed[column]) }
  }
}

/// B' d
@inline(__always)
func inputTransform<E: TileExtent>(_ extent: E.Type, _ d: Six) -> Six {
  if E.isNarrow {
    return [(d[0] - d[2]) * splat(4), (d[1] + d[2]) * splat(-3), (d[1] - d[2]) * splat(3), splat(0), splat(0), d[3] - d[1]]
  }
  let far = (even: fma(d[4], splat(-4), d[2]), odd: fma(d[3], splat(-4), d[1]))
  let near = (even: d[4] - d[2], odd: d[3] - d[1])
  return [
    fma(near.even, splat(4), d[0] - d[2]), far.even + far.odd, far.even - far.odd,
    fma(near.even, splat(2), near.odd), fma(near.even, splat(-2), near.odd), fma(d[5] - d[3], splat(-4), near.odd),
  ]
}

/// B v
@inline(__always)
func inputAdjoint<E: TileExtent>(_ extent: E.Type, _ v: Six) -> Six {
  let one = (sum: v[1] + v[2], difference: v[1] - v[2])
  if E.isNarrow {
    return [
      v[0] * splat(4), fma(splat(0) - v[5], splat(-3), one.difference), fma(one.sum * splat(-3), splat(-4), v[0]), v[5], splat(0),
      splat(0),
    ]
  }
  let two = (sum: v[3] + v[4], difference: v[3] - v[4])
  let twice = two.difference + two.difference
  return [
    v[0] * splat(4),
    fma(splat(0) - twice, splat(4), v[5] - one.difference),
    fma(fma(splat(0) - two.sum, splat(-4), one.sum), splat(-5), v[0]),
    fma(one.difference + twice, splat(-5), v[5]),
    v[0] + one.sum + two.sum,
    v[5],
  ]
}

/// A' m
@inline(__always)
func outputTransform<E: TileExtent>(_ extent: E.Type, _ m: Six) -> Four {
  let one = (sum: m[1] + m[2], difference: m[1] - m[2])
  if E.isNarrow { return [m[0] + one.sum, one.difference + m[5], splat(0), splat(0)] }
  let two = (sum: m[3] + m[4], difference: m[3] - m[4])
  return [
    m[0] + one.sum + two.sum, fma(one.difference, splat(2), two.difference), fma(one.sum, splat(4), two.sum),
    fma(one.difference + m[5], splat(8), two.difference),
  ]
}

/// A y
@inline(__always)
func outputAdjoint<E: TileExtent>(_ extent: E.Type, _ y: Four) -> Six {
  if E.isNarrow { return [y[0], y[0] + y[1], y[0] - y[1], splat(0), splat(0), y[1]] }
  let one = (even: y[0] + y[2], odd: y[1] + y[3])
  let two = (even: fma(y[0], splat(4), y[2]), odd: fma(y[1] + y[1], splat(8), y[3]))
  return [y[0], one.even + one.odd, one.even - one.odd, two.even + two.odd, two.even - two.odd, y[3]]
}

/// G k
@inline(__always)
func kernelTransform(_ k: Three) -> Six {
  let ends = k[0] + k[2]
  let even = fma(k[0], splat(4), k[2]) * splat(1 / 24)
  let odd = k[1] * splat(1 / 12)
  return [
    k[0] * splat(0.25), (ends + k[1]) * splat(-1 / 6), (ends - k[1]) * splat(-1 / 6), even + odd, even - odd, k[2],
  ]
}

/// G' u
@inline(__always)
func kernelAdjoint(_ u: Six) -> Three {
  let one = u[1] + u[2]
  let two = u[3] + u[4]
  return [
    fma(fma(u[0] * splat(0.25), splat(-1 / 6), one), splat(1 / 24), two),
    fma((u[2] - u[1]) * splat(1 / 6), splat(1 / 12), u[3] - u[4]),
    fma(u[5], splat(1 / 6), two - one),
  ]
}
