/// The pointers that every loss needs, moved from row to row.
struct LossRows {
  let columns: Int
  let weight: UnsafePointer<Float>?
  let scale: Float
  let loss: UnsafeMutablePointer<Float>
  let gradient: UnsafeMutablePointer<Float>?

  /// The factor of row r's gradient.
  @inline(__always)
  func factor(_ r: Int) -> Float {
    if let weight { weight[r] * scale } else { scale }
  }
}

/// ln of one number, with the same bits as in a vector's lane.
@inline(__always)
func logarithm(_ x: Float) -> Float { logarithm(splat(x)).lowHalf.lowHalf.x }

/// Keras clips probabilities to [1e-7, 1 - 1e-7] before it takes logarithms.
@inline(__always)
func clipProbability(_ p: V) -> V { smaller(larger(p, splat(1e-7)), splat(1 - 1e-7)) }

/// `slope` where clipping did not change p, 0 elsewhere.
@inline(__always)
func slopeUnlessClipped(_ p: V, _ slope: V) -> V { choose(clipProbability(p) .== p, slope, splat(0)) }
