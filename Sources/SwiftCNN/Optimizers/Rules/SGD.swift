extension Optimizer {
  /// Stochastic gradient descent, w -= rate · g, with optional momentum (Sutskever et al. 2013).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - momentum: share of the last step that is repeated, in [0, 1].
  ///   - nesterov: whether it looks ahead along the momentum.
  public static func sgd(
    learningRate: LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double? = nil,
    clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      SGD(momentum: momentum, nesterov: nesterov), learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
      average: average)
  }
}

/// v = momentum · v - rate · g; w += v, or with Nesterov's correction w += momentum · v - rate · g.
struct SGD: UpdateRule {
  var momentum: Double
  var nesterov: Bool

  static let className = "SGD"
  static let summary = "Stochastic gradient descent, w -= learning_rate · g, with momentum if asked (Sutskever et al., 2013)."
  static var settings: [Setting<SGD>] {
    [
      Setting("momentum", \.momentum, .share, doc: "share of the last step that is repeated, in [0, 1]."),
      Setting("nesterov", \.nesterov, doc: "True looks ahead along the momentum."),
    ]
  }

  var slots: [String] { momentum == 0 ? [] : ["momentum"] }

  func update(_ step: UpdateStep) {
    let rate = Float(step.rate)
    if momentum == 0 {
      step.kernels.sgd(step.weights, step.gradients, step.count, rate, step.decay)
    } else {
      step.kernels.sgd_momentum(
        step.weights, step.gradients, step.slots[0], step.count, rate, Float(momentum), nesterov ? 1 : 0, step.decay)
    }
  }
}
