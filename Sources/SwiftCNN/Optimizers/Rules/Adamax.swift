extension Optimizer {
  /// Adam with the greatest recent gradient instead of the mean square (Kingma and Ba 2015, section 7.1).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - beta1: share of the running mean of the gradient that a step keeps, in [0, 1).
  ///   - beta2: share of the greatest gradient that a step keeps, in [0, 1).
  ///   - epsilon: keeps the division away from 0; at least 0.
  public static func adamax(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Adamax(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping,
      average: average)
  }
}

/// Adam with the greatest gradient instead of the mean square (Kingma and Ba 2015, section 7.1).
struct Adamax: UpdateRule {
  var beta1: Double
  var beta2: Double
  var epsilon: Double

  static let className = "Adamax"
  static let summary = "Adam by the greatest recent gradient instead of the mean square (Kingma and Ba, 2015, section 7.1)."
  static var settings: [Setting<Adamax>] {
    [
      Setting("beta_1", \.beta1, .fraction, doc: "share of the running mean of the gradient that is kept."),
      Setting("beta_2", \.beta2, .fraction, doc: "share of the greatest gradient that is kept."),
      Setting("epsilon", \.epsilon, .notNegative, doc: "keeps the division away from 0."),
    ]
  }

  var slots: [String] { ["momentum", "norm"] }

  func update(_ step: UpdateStep) {
    let (beta2, epsilon) = (Float(beta2), Float(epsilon))
    let alpha = Float(step.rate / (1 - PortableMath.pow(beta1, step.number)))
    let new = Float(1 - beta1)
    step.forEachVector { i, weight, gradient in
      let old = step.load(step.slots[0], i)
      let mean = old + (gradient - old) * new
      step.store(mean, step.slots[0], i)
      let size = gradient.replacing(with: -gradient, where: gradient .< UpdateStep.Vector(repeating: 0))
      let faded = beta2 * step.load(step.slots[1], i)
      let norm = faded.replacing(with: size, where: size .> faded)
      step.store(norm, step.slots[1], i)
      return weight - alpha * mean / (norm + epsilon)
    }
  }
}
