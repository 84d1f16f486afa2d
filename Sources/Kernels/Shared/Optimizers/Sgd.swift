@inline(never)
func sgd(
  _ w: UnsafeMutablePointer<Float>!, _ g: UnsafePointer<Float>!, _ n: Int, _ rate: Float, _ decay: Float
) {
  var loop = Sgd(w: w, g: g, rate: splat(-rate), decay: splat(-decay))
  loop.run(n)
}

@inline(never)
func sgdMomentum(
  _ w: UnsafeMutablePointer<Float>!, _ g: UnsafePointer<Float>!, _ v: UnsafeMutablePointer<Float>!, _ n: Int,
  _ rate: Float, _ momentum: Float, _ nesterov: Int32, _ decay: Float
) {
  var loop = SgdMomentum(
    w: w, g: g, v: v, rate: splat(rate), momentum: splat(momentum), nesterov: nesterov != 0, decay: splat(-decay))
  loop.run(n)
}

/// `rate` and `decay` are passed with a minus sign.
private struct Sgd: ElementLoop {
  let w: UnsafeMutablePointer<Float>
  let g: UnsafePointer<Float>
  let rate, decay: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let old = lanes.load(w + i)
    lanes.store(fma(fma(old, decay, old), rate, lanes.load(g + i)), w + i)
  }
}

/// Momentum and Nesterov's look-ahead in Keras's form (Sutskever et al., 2013). `decay` is passed with a minus sign.
private struct SgdMomentum: ElementLoop {
  let w: UnsafeMutablePointer<Float>
  let g: UnsafePointer<Float>
  let v: UnsafeMutablePointer<Float>
  let rate, momentum: V
  let nesterov: Bool
  let decay: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let old = lanes.load(w + i)
    let descent = splat(0) - rate * lanes.load(g + i)
    let velocity = fma(descent, momentum, lanes.load(v + i))
    let move = nesterov ? fma(descent, momentum, velocity) : velocity
    lanes.store(velocity, v + i)
    lanes.store(fma(old, decay, old) + move, w + i)
  }
}
