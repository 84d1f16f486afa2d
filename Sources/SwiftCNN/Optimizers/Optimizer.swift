import CKernels

/// How a step changes the weights, with Keras's names and defaults.
///
/// A step cuts the gradients (`clipping`), takes rate · weightDecay · w off every weight w, which is decay decoupled from the
/// gradients (Loshchilov and Hutter 2019), applies its `rule`, and moves the running mean of the weights (`average`).
public struct Optimizer: Sendable, Equatable {
  public enum Rule: Sendable, Equatable {
    /// v = momentum · v - rate · g; w += v, or with Nesterov's correction w += momentum · v - rate · g.
    case sgd(momentum: Double, nesterov: Bool)
    /// Kingma and Ba 2015, in the form with epsilon hat: epsilon is added to the root of the uncorrected second moment.
    case adam(beta1: Double, beta2: Double, epsilon: Double)
    /// Adam with weight decay on by default.
    case adamW(beta1: Double, beta2: Double, epsilon: Double)
    /// Hinton's lecture 6e (2012); `centered` subtracts the squared mean of the gradients from their mean square.
    case rmsprop(rho: Double, momentum: Double, epsilon: Double, centered: Bool)
    /// Duchi, Hazan and Singer 2011: a = a + g², from `initialAccumulator` on; w -= rate · g / √(a + epsilon).
    case adagrad(initialAccumulator: Double, epsilon: Double)
    /// Zeiler 2012: steps as long as the running root mean square of the steps before.
    case adadelta(rho: Double, epsilon: Double)
    /// Adam by the greatest gradient instead of the mean square (Kingma and Ba 2015, section 7.1).
    case adamax(beta1: Double, beta2: Double, epsilon: Double)
    /// Adam with Nesterov's momentum (Dozat 2016).
    case nadam(beta1: Double, beta2: Double, epsilon: Double)
    /// Chen et al. 2023: every weight moves by the rate, in the direction of the momentum's sign.
    case lion(beta1: Double, beta2: Double)
    /// McMahan et al. 2013: the weights that the sum of all gradients so far asks for, beside their own penalties.
    case ftrl(Ftrl)
  }

  public var rule: Rule
  public var learningRate: LearningRate
  public var weightDecay: Double?
  public var clipping: GradientClipping?
  public var average: WeightAverage?

  public init(
    _ rule: Rule, learningRate: LearningRate, weightDecay: Double? = nil, clipping: GradientClipping? = nil,
    average: WeightAverage? = nil
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipping = clipping
    self.average = average
  }

  public static func sgd(
    learningRate: LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double? = nil,
    clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      .sgd(momentum: momentum, nesterov: nesterov), learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
      average: average)
  }

  public static func adam(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping, average: average)
  }

  public static func adamW(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = 0.004, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping, average: average)
  }

  public static func rmsprop(
    learningRate: LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      .rmsprop(rho: rho, momentum: momentum, epsilon: epsilon, centered: centered), learningRate: learningRate,
      weightDecay: weightDecay, clipping: clipping, average: average)
  }
}

extension Optimizer {
  /// Names of the buffers it keeps, each as long as the weights; the rule's come first.
  var slots: [String] { rule.slots + (average == nil ? [] : [WeightAverage.slot]) }

  /// What a slot holds before the first step.
  func initialValue(of slot: String) -> Float {
    switch rule {
    case .adagrad(let initial, _) where slot == "accumulator": Float(initial)
    case .ftrl(let settings) where slot == "accumulator": Float(settings.initialAccumulator)
    default: 0
    }
  }

  /// Step `step` (from 1) over elements `range` of the flat buffers, with the gradients as they are.
  func update(
    _ kernels: KernelTable, weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    slots: [UnsafeMutablePointer<Float>], range: Range<Int>, rate: Double, step: Int
  ) {
    let (w, g, n) = (weights + range.lowerBound, gradients + range.lowerBound, range.count)
    let slots = slots.map { $0 + range.lowerBound }
    rule.update(kernels, w, g, slots, n, rate: rate, decay: Float(rate * (weightDecay ?? 0)), step: step)
    average?.update(kernels, average: slots[slots.count - 1], weights: w, count: n, step: step)
  }
}

extension Optimizer.Rule {
  fileprivate var slots: [String] {
    switch self {
    case .sgd(let momentum, _): momentum == 0 ? [] : ["momentum"]
    case .adam, .adamW: ["momentum", "velocity"]
    case .rmsprop(_, let momentum, _, let centered):
      ["velocity"] + (centered ? ["average_gradient"] : []) + (momentum == 0 ? [] : ["momentum"])
    case .adagrad: ["accumulator"]
    case .adadelta: ["accumulated_grad", "accumulated_delta_var"]
    case .adamax: ["momentum", "norm"]
    case .nadam: ["momentum", "velocity"]
    case .lion: ["momentum"]
    case .ftrl: Ftrl.slots
    }
  }

  fileprivate func update(
    _ kernels: KernelTable, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
    _ slots: [UnsafeMutablePointer<Float>], _ n: Int, rate: Double, decay: Float, step: Int
  ) {
    switch self {
    case .sgd(let momentum, let nesterov):
      if momentum == 0 {
        kernels.sgd(w, g, n, Float(rate), decay)
      } else {
        kernels.sgd_momentum(w, g, slots[0], n, Float(rate), Float(momentum), nesterov ? 1 : 0, decay)
      }
    case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
      let alpha = rate * (1 - PortableMath.pow(beta2, step)).squareRoot() / (1 - PortableMath.pow(beta1, step))
      kernels.adam(w, g, slots[0], slots[1], n, Float(alpha), beta1, beta2, Float(epsilon), decay)
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      kernels.rmsprop(
        w, g, slots[0], centered ? slots[1] : nil, momentum == 0 ? nil : slots[centered ? 2 : 1], n, Float(rate), rho,
        Float(momentum), Float(epsilon), decay)
    case .adagrad, .adadelta, .adamax, .nadam, .lion, .ftrl:
      RareUpdate(w: w, g: g, slots: slots, count: n, rate: rate, decay: decay, step: step).run(self)
    }
  }
}
