/// RMSprop (Tieleman and Hinton, lecture 6.5, 2012); centered as in Graves, "Generating sequences with recurrent
/// neural networks" (2013); epsilon inside the root, as in Keras.
@inline(never)
func rmsprop(
  _ w: UnsafeMutablePointer<Float>!, _ g: UnsafePointer<Float>!, _ s: UnsafeMutablePointer<Float>!,
  _ average: UnsafeMutablePointer<Float>?, _ buffer: UnsafeMutablePointer<Float>?, _ n: Int, _ rate: Float,
  _ rho: Double, _ momentum: Float, _ epsilon: Float, _ decay: Float
) {
  var loop = RMSprop(
    w: w, g: g, s: s, average: average, buffer: buffer, rate: splat(rate), rho: splat(Float(rho)),
    gain: splat(Float(1 - rho)), momentum: splat(momentum), epsilon: splat(epsilon), decay: splat(-decay))
  loop.run(n)
}

/// `decay` is passed with a minus sign.
private struct RMSprop: ElementLoop {
  let w: UnsafeMutablePointer<Float>
  let g: UnsafePointer<Float>
  let s: UnsafeMutablePointer<Float>
  let average, buffer: UnsafeMutablePointer<Float>?
  let rate, rho, gain, momentum, epsilon, decay: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let gradient = lanes.load(g + i)
    let old = lanes.load(w + i)
    let square = fma(rho * lanes.load(s + i), gain, gradient * gradient)
    lanes.store(square, s + i)
    let variance = square - squaredMean(i, gradient, lanes)
    let step = rate * gradient / (variance + epsilon).squareRoot()
    lanes.store(fma(old, decay, old) - withMomentum(i, step, lanes), w + i)
  }

  /// Updates the running mean and returns its square; 0 if not centered.
  @inline(__always)
  private func squaredMean(_ i: Int, _ gradient: V, _ lanes: some Lanes) -> V {
    guard let average else { return V() }
    let mean = fma(rho * lanes.load(average + i), gain, gradient)
    lanes.store(mean, average + i)
    return mean * mean
  }

  @inline(__always)
  private func withMomentum(_ i: Int, _ step: V, _ lanes: some Lanes) -> V {
    guard let buffer else { return step }
    let smoothed = fma(step, momentum, lanes.load(buffer + i))
    lanes.store(smoothed, buffer + i)
    return smoothed
  }
}
