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

/// The slope must not be negative; otherwise y would not show on which side of 0 x was.
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

  /// Computed from x, because several x have the same y.
  @inline(__always)
  func gradient(_ dy: V, _ x: V) -> V {
    let density = exponential(x * x * splat(-0.5)) * splat(0.398_942_28)
    let share = distribution(x)
    // Where the density is 0, its product with x is defined as 0 too, even for an infinite x.
    return dy * choose(density .== splat(0), share, fma(share, x, density))
  }

  @inline(__always)
  private func distribution(_ x: V) -> V {
    splat(0.5) * (splat(1) + errorFunction(x * splat(0.707_106_78)))
  }
}

private struct ClippedRelu: Activation {
  let limit: V

  @inline(__always)
  func value(_ x: V) -> V { smaller(Relu().value(x), limit) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { choose((y .> splat(0)) .& (y .< limit), dy, splat(0)) }
}

/// Reference: Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units" (2017).
private struct Silu: Activation {
  @inline(__always)
  func value(_ x: V) -> V { x * sigmoid(x) }

  /// Computed from x, because two x have the same y.
  @inline(__always)
  func gradient(_ dy: V, _ x: V) -> V {
    let s = sigmoid(x)
    return dy * (s * fma(splat(1), x, splat(1) - s))
  }
}

/// Reference: Klambauer et al., "Self-normalizing neural networks" (2017), which gives both constants.
private struct Selu: Activation {
  private var scale: V { splat(1.050_700_99) }
  /// The scale times the alpha of elu.
  private var depth: V { splat(1.758_099_34) }

  @inline(__always)
  func value(_ x: V) -> V { choose(x .< splat(0), depth * exponentialMinusOne(ofNegative: smaller(x, splat(0))), scale * x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { dy * choose(y .> splat(0), scale, y + depth) }
}

private struct Softplus: Activation {
  @inline(__always)
  func value(_ x: V) -> V { larger(x, splat(0)) + logarithmOfOnePlus(exponential(splat(0) - magnitude(x))) }

  /// The sigmoid of x is 1 - e^-y.
  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { splat(0) - dy * exponentialMinusOne(ofNegative: splat(0) - y) }
}

private struct LogSigmoid: Activation {
  @inline(__always)
  func value(_ x: V) -> V { splat(0) - Softplus().value(splat(0) - x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { splat(0) - dy * exponentialMinusOne(ofNegative: y) }
}

private struct Softsign: Activation {
  @inline(__always)
  func value(_ x: V) -> V { x / (splat(1) + magnitude(x)) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V {
    let rest = splat(1) - magnitude(y)
    return dy * (rest * rest)
  }
}

private struct Exponential: Activation {
  @inline(__always)
  func value(_ x: V) -> V { exponential(x) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { dy * y }
}

private struct HardSigmoid: Activation {
  @inline(__always)
  func value(_ x: V) -> V { larger(smaller(x + splat(3), splat(6)), splat(0)) / splat(6) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { choose((y .> splat(0)) .& (y .< splat(1)), dy / splat(6), splat(0)) }
}

/// Reference: Howard et al., "Searching for MobileNetV3" (2019).
private struct HardSilu: Activation {
  @inline(__always)
  func value(_ x: V) -> V { x * HardSigmoid().value(x) }

  /// Computed from x, because two x have the same y.
  @inline(__always)
  func gradient(_ dy: V, _ x: V) -> V {
    let middle = fma(splat(0.5), x, splat(1) / splat(3))
    return dy * choose(x .< splat(-3), splat(0), choose(x .> splat(3), splat(1), middle))
  }
}

private struct HardTanh: Activation {
  @inline(__always)
  func value(_ x: V) -> V { larger(smaller(x, splat(1)), splat(-1)) }

  @inline(__always)
  func gradient(_ dy: V, _ y: V) -> V { choose((y .> splat(-1)) .& (y .< splat(1)), dy, splat(0)) }
}

/// Reference: Misra, "Mish: a self regularized non-monotonic activation function" (2019).
private struct Mish: Activation {
  @inline(__always)
  func value(_ x: V) -> V { x * tanhOfSoftplus(x) }

  /// Computed from x, because two x have the same y.
  @inline(__always)
  func gradient(_ dy: V, _ x: V) -> V {
    let t = tanhOfSoftplus(x)
    return dy * fma(t, x * sigmoid(x), splat(1) - t * t)
  }

  /// ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1), computed from e^-|x|, which neither overflows nor loses digits.
  @inline(__always)
  private func tanhOfSoftplus(_ x: V) -> V {
    let e = exponential(splat(0) - magnitude(x))
    let isNegative = x .< splat(0)
    let top = choose(isNegative, e * (e + splat(2)), fma(splat(1), splat(2), e))
    return top / (top + choose(isNegative, splat(2), splat(2) * (e * e)))
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
  /// y, or x if the slope cannot be computed from y.
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
  case KERNEL_CLIPPED_RELU: apply(ClippedRelu(limit: splat(parameter)), x, y, n)
  case KERNEL_SILU: apply(Silu(), x, y, n)
  case KERNEL_SELU: apply(Selu(), x, y, n)
  case KERNEL_SOFTPLUS: apply(Softplus(), x, y, n)
  case KERNEL_SOFTSIGN: apply(Softsign(), x, y, n)
  case KERNEL_EXPONENTIAL: apply(Exponential(), x, y, n)
  case KERNEL_HARD_SIGMOID: apply(HardSigmoid(), x, y, n)
  case KERNEL_HARD_SILU: apply(HardSilu(), x, y, n)
  case KERNEL_HARD_TANH: apply(HardTanh(), x, y, n)
  case KERNEL_MISH: apply(Mish(), x, y, n)
  case KERNEL_LOG_SIGMOID: apply(LogSigmoid(), x, y, n)
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
  case KERNEL_CLIPPED_RELU: applyGradient(ClippedRelu(limit: splat(parameter)), y, dy, dx, n)
  case KERNEL_SILU: applyGradient(Silu(), x, dy, dx, n)
  case KERNEL_SELU: applyGradient(Selu(), y, dy, dx, n)
  case KERNEL_SOFTPLUS: applyGradient(Softplus(), y, dy, dx, n)
  case KERNEL_SOFTSIGN: applyGradient(Softsign(), y, dy, dx, n)
  case KERNEL_EXPONENTIAL: applyGradient(Exponential(), y, dy, dx, n)
  case KERNEL_HARD_SIGMOID: applyGradient(HardSigmoid(), y, dy, dx, n)
  case KERNEL_HARD_SILU: applyGradient(HardSilu(), x, dy, dx, n)
  case KERNEL_HARD_TANH: applyGradient(HardTanh(), y, dy, dx, n)
  case KERNEL_MISH: applyGradient(Mish(), x, dy, dx, n)
  case KERNEL_LOG_SIGMOID: applyGradient(LogSigmoid(), y, dy, dx, n)
  // Linear reads only dy.
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
