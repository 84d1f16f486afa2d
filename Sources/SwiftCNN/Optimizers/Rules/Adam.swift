extension Optimizer {
  /// Adam (Kingma and Ba 2015), in the form where epsilon is added to the root of the uncorrected second moment.
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - beta1: share of the running mean of the gradient that a step keeps, in [0, 1).
  ///   - beta2: share of the running mean of its square that a step keeps, in [0, 1).
  ///   - epsilon: keeps the division away from 0; at least 0.
  public static func adam(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping, average: average)
  }
}

/// Kingma and Ba 2015, in the form with epsilon hat: epsilon is added to the root of the uncorrected second moment.
struct Adam: UpdateRule {
  var beta1: Double
  var beta2: Double
  var epsilon: Double

  static let className = "Adam"
  static let summary =
    "Adam (Kingma and Ba, 2015), in the form of its section 2 where epsilon is added after the root (\"epsilon hat\")."
  static var settings: [Setting<Adam>] {
    [
      Setting("beta_1", \.beta1, .fraction, doc: "share of the running mean of the gradient that is kept."),
      Setting("beta_2", \.beta2, .fraction, doc: "share of the running mean of its square that is kept."),
      Setting("epsilon", \.epsilon, .notNegative, doc: "keeps the division away from 0."),
      .fixed(
        "amsgrad", [false], hint: "that variant of Adam is not computed here: omit it",
        doc: "False; that variant is not computed."),
    ]
  }

  var slots: [String] { ["momentum", "velocity"] }

  func update(_ step: UpdateStep) {
    let rootOfSecond = (1 - PortableMath.pow(beta2, step.number)).squareRoot()
    let alpha = step.rate * rootOfSecond / (1 - PortableMath.pow(beta1, step.number))
    step.kernels.adam(
      step.weights, step.gradients, step.slots[0], step.slots[1], step.count, Float(alpha), beta1, beta2, Float(epsilon),
      step.decay)
  }
}
