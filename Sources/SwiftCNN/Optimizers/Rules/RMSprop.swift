extension Optimizer {
  /// Steps divided by a running root mean square of the gradient (Tieleman and Hinton 2012).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - rho: share of the running mean that a step keeps, in [0, 1).
  ///   - momentum: share of the last step that is repeated, in [0, 1].
  ///   - epsilon: keeps the division away from 0; at least 0.
  ///   - centered: whether the standard deviation takes the place of the root mean square.
  public static func rmsprop(
    learningRate: LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      RMSprop(rho: rho, momentum: momentum, epsilon: epsilon, centered: centered), learningRate: learningRate,
      weightDecay: weightDecay, clipping: clipping, average: average)
  }
}

/// Hinton's lecture 6e (2012); `centered` subtracts the squared mean of the gradients from their mean square.
struct RMSprop: UpdateRule {
  var rho: Double
  var momentum: Double
  var epsilon: Double
  var centered: Bool

  static let className = "RMSprop"
  static let summary = "Steps divided by a running root mean square of the gradient (Tieleman and Hinton, 2012)."
  static var settings: [Setting<RMSprop>] {
    [
      Setting("rho", \.rho, .fraction, doc: "share of the running mean that is kept."),
      Setting("momentum", \.momentum, .share, doc: "share of the last step that is repeated, in [0, 1]."),
      Setting("epsilon", \.epsilon, .notNegative, doc: "keeps the division away from 0."),
      Setting("centered", \.centered, doc: "True divides by the standard deviation instead."),
    ]
  }

  var slots: [String] {
    ["velocity"] + (centered ? ["average_gradient"] : []) + (momentum == 0 ? [] : ["momentum"])
  }

  func update(_ step: UpdateStep) {
    step.kernels.rmsprop(
      step.weights, step.gradients, step.slots[0], centered ? step.slots[1] : nil,
      momentum == 0 ? nil : step.slots[centered ? 2 : 1], step.count, Float(step.rate), rho, Float(momentum), Float(epsilon),
      step.decay)
  }
}
