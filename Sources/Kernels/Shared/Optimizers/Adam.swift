/// Adam (Kingma and Ba, 2015). The bias corrections are part of the rate, so that epsilon is the paper's "epsilon hat", as in
/// Keras. With a decay, this is AdamW (Loshchilov and Hutter, 2019).
@inline(never)
func adam(
  _ w: UnsafeMutablePointer<Float>!, _ g: UnsafePointer<Float>!, _ m: UnsafeMutablePointer<Float>!,
  _ v: UnsafeMutablePointer<Float>!, _ n: Int, _ alpha: Float, _ beta1: Double, _ beta2: Double, _ epsilon: Float,
  _ decay: Float
) {
  var loop = Adam(
    w: w, g: g, m: m, v: v, alpha: splat(alpha), gain1: splat(Float(1 - beta1)), gain2: splat(Float(1 - beta2)),
    epsilon: splat(epsilon), decay: splat(-decay))
  loop.run(n)
}

/// `decay` is passed with a minus sign.
private struct Adam: ElementLoop {
  let w: UnsafeMutablePointer<Float>
  let g: UnsafePointer<Float>
  let m, v: UnsafeMutablePointer<Float>
  let alpha, gain1, gain2, epsilon, decay: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let gradient = lanes.load(g + i)
    let oldM = lanes.load(m + i)
    let oldV = lanes.load(v + i)
    let old = lanes.load(w + i)
    let newM = fma(oldM, gradient - oldM, gain1)
    let newV = fma(oldV, fma(splat(0) - oldV, gradient, gradient), gain2)
    lanes.store(newM, m + i)
    lanes.store(newV, v + i)
    lanes.store(fma(old, decay, old) - alpha * newM / (newV.squareRoot() + epsilon), w + i)
  }
}
