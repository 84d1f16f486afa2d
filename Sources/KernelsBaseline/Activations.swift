import CKernels

/// `value` is f(x); `gradient` is dy f'(x), from y = f(x).
private protocol Activation {
  func value(_ x: V) -> V
  func gradient(_ dy: V, _ y: V) -> V
}

private struct Linear: Activation {
  @inline(__always)
  func value(_ x: V) -> V { x }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { dy }
}

private struct Relu: Activation {
  @inline(__always)
  func value(_ x: V) -> V { choose(x .<= splat(0), splat(0), x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { choose(y .> splat(0), dy, splat(0)) }
}

private struct Sigmoid: Activation {
  @inline(__always)
  func value(_ x: V) -> V { sigmoid(x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { dy * (y * (splat(1) - y)) }
}

private struct Tanh: Activation {
  @inline(__always)
  func value(_ x: V) -> V { hyperbolicTangent(x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { dy * (splat(1) - y * y) }
}

/// The slope must not be negative: y could not tell the two sides apart then.
private struct LeakyRelu: Activation {
  let negativeSlope: V

  @inline(__always)
  func value(_ x: V) -> V { choose(x .< splat(0), x * negativeSlope, x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { choose(y .> splat(0), dy, dy * negativeSlope) }
}

/// alpha must not be negative, as above.
private struct Elu: Activation {
  let alpha: V

  @inline(__always)
  func value(_ x: V) -> V { choose(x .< splat(0), alpha * exponentialMinusOne(ofNegative: smaller(x, splat(0))), x) }

  /// alpha e^x = y + alpha below 0.
  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { choose(y .> splat(0), dy, dy * (y + alpha)) }
}

/// x Φ(x), the exact form of Hendrycks and Gimpel's "Gaussian Error Linear Units" (2016).
private struct Gelu: Activation {
  @inline(__always)
  func value(_ x: V) -> V { x * distribution(x) }

  /// From x, as several x share one y.
  @inline(__always)
  func gradient(_ dy: V, _ x: V) -> V {
    let density = exponential(x * x * splat(-0.5)) * splat(0.398_942_28)
    let share = distribution(x)
    // Where the density is 0 its product with x is, too, even for an infinite x.
    return dy * choose(density .== splat(0), share, fma(share, x, density))
  }

  @inline(__always)
  private func distribution(_ x: V) -> V {
    splat(0.5) * (splat(1) + errorFunction(x * splat(0.707_106_78)))
  }
}

private struct Forward<Function: Activation>: ElementLoop {
  let function: Function
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(function.value(lanes.load(x + i)), y + i) }
}

private struct Backward<Function: Activation>: ElementLoop {
  let function: Function
  /// y, or x for gelu.
  let known: UnsafePointer<Float>
  let dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    lanes.store(function.gradient(lanes.load(dy + i), lanes.load(known + i)), dx + i)
  }
}

@inline(never)
func activate(
  _ kind: Int32, _ parameter: Float, _ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!, _ n: Int
) {
  switch Int(kind) {
  case KERNEL_RELU: apply(Relu(), x, y, n)
  case KERNEL_SIGMOID: apply(Sigmoid(), x, y, n)
  case KERNEL_TANH: apply(Tanh(), x, y, n)
  case KERNEL_LEAKY_RELU: apply(LeakyRelu(negativeSlope: splat(parameter)), x, y, n)
  case KERNEL_ELU: apply(Elu(alpha: splat(parameter)), x, y, n)
  case KERNEL_GELU: apply(Gelu(), x, y, n)
  default: apply(Linear(), x, y, n)
  }
}

@inline(never)
func activateGradient(
  _ kind: Int32, _ parameter: Float, _ x: UnsafePointer<Float>!, _ y: UnsafePointer<Float>!,
  _ dy: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!, _ n: Int
) {
  switch Int(kind) {
  case KERNEL_RELU: applyGradient(Relu(), y, dy, dx, n)
  case KERNEL_SIGMOID: applyGradient(Sigmoid(), y, dy, dx, n)
  case KERNEL_TANH: applyGradient(Tanh(), y, dy, dx, n)
  case KERNEL_LEAKY_RELU: applyGradient(LeakyRelu(negativeSlope: splat(parameter)), y, dy, dx, n)
  case KERNEL_ELU: applyGradient(Elu(alpha: splat(parameter)), y, dy, dx, n)
  case KERNEL_GELU: applyGradient(Gelu(), x, dy, dx, n)
  // Linear looks at dy only.
  default: applyGradient(Linear(), dy, dy, dx, n)
  }
}

@inline(__always)
private func apply(
  _ function: some Activation, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ n: Int
) {
  var loop = Forward(function: function, x: x, y: y)
  loop.run(n)
}

@inline(__always)
private func applyGradient(
  _ function: some Activation, _ known: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  _ dx: UnsafeMutablePointer<Float>, _ n: Int
) {
  var loop = Backward(function: function, known: known, dy: dy, dx: dx)
  loop.run(n)
}
