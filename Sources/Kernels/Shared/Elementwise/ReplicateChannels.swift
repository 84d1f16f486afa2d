/// y[p][i][g][j] = x[p*x_step + g*values + i]. Copies are written four or eight at a time, in order. Excess copies are
/// overwritten by the next ones, so that only the last pixel needs an exact count.
@inline(never)
func replicateChannels(
  _ x: UnsafePointer<Float>?, _ xStep: Int, _ pixels: Int, _ values: Int, _ groups: Int, _ copies: Int,
  _ y: UnsafeMutablePointer<Float>?
) {
  var from = x.unsafelyUnwrapped
  var to = y.unsafelyUnwrapped
  let pixel = values &* groups &* copies
  let last = pixel >= 8 ? pixels &- 1 : 0
  for _ in 0..<last {
    for i in 0..<values {
      if copies <= 4 {
        replicateVectors(SIMD4.self, from + i, values, groups, copies, to + i &* groups &* copies)
      } else if copies <= 8 {
        replicateVectors(SIMD8.self, from + i, values, groups, copies, to + i &* groups &* copies)
      } else {
        replicateOnes(from + i, values, groups, copies, to + i &* groups &* copies)
      }
    }
    from += xStep
    to += pixel
  }
  for _ in last..<pixels {
    for i in 0..<values { replicateOnes(from + i, values, groups, copies, to + i &* groups &* copies) }
    from += xStep
    to += pixel
  }
}

@inline(__always)
private func replicateVectors<Vector: SIMD<Float>>(
  _: Vector.Type, _ x: UnsafePointer<Float>, _ step: Int, _ groups: Int, _ copies: Int, _ y: UnsafeMutablePointer<Float>
) {
  var from = x
  var to = UnsafeMutableRawPointer(y)
  var g = groups
  while g > 0 {
    to.storeBytes(of: Vector(repeating: from.pointee), as: Vector.self)
    from += step
    to += 4 &* copies
    g &-= 1
  }
}

@inline(__always)
private func replicateOnes(
  _ x: UnsafePointer<Float>, _ step: Int, _ groups: Int, _ copies: Int, _ y: UnsafeMutablePointer<Float>
) {
  for g in 0..<groups {
    let value = x[g &* step]
    for j in 0..<copies { y[g &* copies &+ j] = value }
  }
}
