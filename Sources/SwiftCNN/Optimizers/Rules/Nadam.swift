extension Optimizer {
  /// Adam with Nesterov's momentum (Dozat 2016).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - beta1: share of the running mean of the gradient that a step keeps, in [0, 1).
  ///   - beta2: share of the running mean of its square that a step keeps, in [0, 1).
  ///   - epsilon: keeps the division away from 0; at least 0.
  public static func nadam(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Nadam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping,
      average: average)
  }
}

/// Adam with Nesterov's momentum (Dozat 2016).
struct Nadam: UpdateRule {
  var beta1: Double
  var beta2: Double
  var epsilon: Double

  static let className = "Nadam"
  static let summary = "Adam with Nesterov's momentum (Dozat, 2016)."
  static var settings: [Setting<Nadam>] {
    [
      Setting("beta_1", \.beta1, .fraction, doc: "share of the running mean of the gradient that is kept."),
      Setting("beta_2", \.beta2, .fraction, doc: "share of the running mean of its square that is kept."),
      Setting("epsilon", \.epsilon, .notNegative, doc: "keeps the division away from 0."),
    ]
  }

  var slots: [String] { ["momentum", "velocity"] }

  /// The momentum grows from half of beta1 to all of it, by Dozat's schedule; its product so far corrects the mean's start.
  func update(_ step: UpdateStep) {
    let epsilon = Float(epsilon)
    func momentum(_ number: Int) -> Double { beta1 * (1 - 0.5 * PortableMath.pow(0.96, number)) }
    let (product, next) = (momentumProduct(step.number), momentum(step.number + 1))
    let fromMean = Float(step.rate * next / (1 - product * next))
    let fromGradient = Float(step.rate * (1 - momentum(step.number)) / (1 - product))
    let correction = Float(1 / (1 - PortableMath.pow(beta2, step.number)))
    let (new1, new2) = (Float(1 - beta1), Float(1 - beta2))
    step.forEachVector { i, weight, gradient in
      let (oldMean, oldSquare) = (step.load(step.slots[0], i), step.load(step.slots[1], i))
      let mean = oldMean + (gradient - oldMean) * new1
      let square = oldSquare + (gradient * gradient - oldSquare) * new2
      step.store(mean, step.slots[0], i)
      step.store(square, step.slots[1], i)
      return weight - (fromMean * mean + fromGradient * gradient) / ((square * correction).squareRoot() + epsilon)
    }
  }

  /// The product of the momenta of so many steps; beyond the precision of 1 - product it counts as 0.
  private func momentumProduct(_ steps: Int) -> Double {
    var (product, fade) = (1.0, 1.0)
    // Far beyond the steps in which 0.96^step counts for anything.
    let settled = 4096
    for _ in 0..<min(steps, settled) {
      fade *= 0.96
      product *= beta1 * (1 - 0.5 * fade)
      if product < 0x1p-60 { return 0 }
    }
    return steps > settled ? product * PortableMath.pow(beta1, steps - settled) : product
  }
}
