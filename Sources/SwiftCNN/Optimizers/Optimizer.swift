import CKernels

/// How a step changes the weights, with Keras's names and defaults.
///
/// `weightDecay` d is decoupled: each step first takes learningRate · d · w off every weight w
/// (Loshchilov and Hutter 2019).
public enum Optimizer: Sendable, Equatable {
  /// v = momentum · v - rate · g; w += v, or with Nesterov's correction w += momentum · v - rate · g.
  case sgd(learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double? = nil)
  /// Kingma and Ba 2015, in the form with epsilon hat: epsilon is added to the root of the uncorrected second moment.
  case adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, weightDecay: Double? = nil)
  /// Adam with weight decay on by default.
  case adamW(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = 0.004)
  /// Hinton's lecture 6e (2012); `centered` subtracts the squared mean of the gradients from their mean square.
  case rmsprop(
    learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7, centered: Bool = false,
    weightDecay: Double? = nil)
}

extension Optimizer {
  /// Names of the buffers it keeps, each as long as the weights.
  var slots: [String] {
    switch self {
    case .sgd(_, let momentum, _, _): momentum == 0 ? [] : ["momentum"]
    case .adam, .adamW: ["momentum", "velocity"]
    case .rmsprop(_, _, let momentum, _, let centered, _):
      ["velocity"] + (centered ? ["average_gradient"] : []) + (momentum == 0 ? [] : ["momentum"])
    }
  }

  var learningRate: Double {
    switch self {
    case .sgd(let rate, _, _, _), .adam(let rate, _, _, _, _), .adamW(let rate, _, _, _, _), .rmsprop(let rate, _, _, _, _, _):
      rate
    }
  }

  func with(learningRate rate: Double) -> Optimizer {
    switch self {
    case .sgd(_, let momentum, let nesterov, let decay):
      .sgd(learningRate: rate, momentum: momentum, nesterov: nesterov, weightDecay: decay)
    case .adam(_, let beta1, let beta2, let epsilon, let decay):
      .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay)
    case .adamW(_, let beta1, let beta2, let epsilon, let decay):
      .adamW(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay)
    case .rmsprop(_, let rho, let momentum, let epsilon, let centered, let decay):
      .rmsprop(learningRate: rate, rho: rho, momentum: momentum, epsilon: epsilon, centered: centered, weightDecay: decay)
    }
  }

  private var weightDecay: Double {
    switch self {
    case .sgd(_, _, _, let decay), .adam(_, _, _, _, let decay), .adamW(_, _, _, _, let decay),
      .rmsprop(_, _, _, _, _, let decay):
      decay ?? 0
    }
  }

  /// Step `step` (from 1) over elements `range` of the flat buffers.
  func update(
    _ kernels: KernelTable, weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    slots: [UnsafeMutablePointer<Float>], range: Range<Int>, step: Int
  ) {
    let (w, g, n, first) = (weights + range.lowerBound, gradients + range.lowerBound, range.count, range.lowerBound)
    let rate = Float(learningRate)
    let decay = Float(learningRate * weightDecay)
    switch self {
    case .sgd(_, let momentum, let nesterov, _):
      if momentum == 0 {
        kernels.sgd(w, g, n, rate, decay)
      } else {
        kernels.sgd_momentum(w, g, slots[0] + first, n, rate, Float(momentum), nesterov ? 1 : 0, decay)
      }
    case .adam(_, let beta1, let beta2, let epsilon, _), .adamW(_, let beta1, let beta2, let epsilon, _):
      let alpha = learningRate * (1 - power(beta2, step)).squareRoot() / (1 - power(beta1, step))
      kernels.adam(
        w, g, slots[0] + first, slots[1] + first, n, Float(alpha), beta1, beta2, Float(epsilon), decay)
    case .rmsprop(_, let rho, let momentum, let epsilon, let centered, _):
      kernels.rmsprop(
        w, g, slots[0] + first, centered ? slots[1] + first : nil, momentum == 0 ? nil : slots[slots.count - 1] + first, n, rate,
        rho, Float(momentum), Float(epsilon), decay)
    }
  }

  /// base^exponent by squaring: the same bits on every machine, unlike a C library's pow.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }
}
