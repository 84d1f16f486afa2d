extension Optimizer {
  /// Adam with weight decay that bypasses the moments (Loshchilov and Hutter 2019).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// A `weightDecay` of nil is refused when a model is compiled.
  /// - Parameters:
  ///   - beta1: share of the running mean of the gradient that a step keeps, in [0, 1).
  ///   - beta2: share of the running mean of its square that a step keeps, in [0, 1).
  ///   - epsilon: keeps the division away from 0; at least 0.
  public static func adamW(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    weightDecay: Double? = 0.004, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      AdamW(adam: Adam(beta1: beta1, beta2: beta2, epsilon: epsilon)), learningRate: learningRate, weightDecay: weightDecay,
      clipping: clipping, average: average)
  }
}

/// Adam with weight decay, which is on by default.
struct AdamW: UpdateRule {
  var adam: Adam

  static let className = "AdamW"
  static let summary = "Adam with weight decay that is applied separately from the moments (Loshchilov and Hutter, 2019)."
  static var settings: [Setting<AdamW>] { Adam.settings.map { $0.within(\.adam) } }
  static let needsWeightDecay = true

  var slots: [String] { adam.slots }

  func update(_ step: UpdateStep) { adam.update(step) }
}
