extension Optimizer {
  /// Every weight moves by the learning rate, along the sign of the momentum (Chen et al. 2023).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - beta1: share of the momentum in the direction of a step, above 0 and below 1.
  ///   - beta2: share of the momentum that a step keeps, in [0, 1).
  public static func lion(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Lion(beta1: beta1, beta2: beta2), learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
      average: average)
  }
}

/// Chen et al. 2023: every weight moves by the rate, in the direction of the momentum's sign.
struct Lion: UpdateRule {
  var beta1: Double
  var beta2: Double

  static let className = "Lion"
  static let summary =
    "Every weight moves by the learning rate, along the sign of the momentum (Chen et al., 2023). "
    + "A learning rate of a third to a tenth of Adam's suits it."
  static var settings: [Setting<Lion>] {
    [
      Setting(
        "beta_1", \.beta1, Requirement("above 0 and below 1") { $0 > 0 && $0 < 1 },
        doc: "share of the momentum in the direction of a step; above 0."),
      Setting("beta_2", \.beta2, .fraction, doc: "share of the momentum that is kept."),
    ]
  }

  var slots: [String] { ["momentum"] }

  func update(_ step: UpdateStep) {
    let (kept1, new1, kept2, new2) = (Float(beta1), Float(1 - beta1), Float(beta2), Float(1 - beta2))
    let zero = UpdateStep.Vector(repeating: 0)
    let move = UpdateStep.Vector(repeating: Float(step.rate))
    step.forEachVector { i, weight, gradient in
      let momentum = step.load(step.slots[0], i)
      let direction = momentum * kept1 + gradient * new1
      step.store(momentum * kept2 + gradient * new2, step.slots[0], i)
      return weight - zero.replacing(with: move, where: direction .> zero).replacing(with: -move, where: direction .< zero)
    }
  }
}
