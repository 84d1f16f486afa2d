extension LearningRate {
  /// Half a cosine from `initial` to alpha · initial (Loshchilov and Hutter 2017). With a `warmupTarget`, the rate first grows
  /// linearly from `initial` to the target in `warmupSteps`, and the cosine starts there.
  public static func cosineDecay(
    initial: Double, steps: Double, alpha: Double = 0, warmupTarget: Double? = nil, warmupSteps: Double = 0
  ) -> LearningRate {
    LearningRate(CosineDecay(initial: initial, steps: steps, alpha: alpha, warmupTarget: warmupTarget, warmupSteps: warmupSteps))
  }
}

struct CosineDecay: RateSchedule {
  var initial: Double
  var steps: Double
  var alpha: Double
  var warmupTarget: Double?
  var warmupSteps: Double

  static let className = "CosineDecay"
  static let summary = "Half a cosine down to alpha · initial_learning_rate (Loshchilov and Hutter, 2017), maybe after a warm-up."
  static var settings: [Setting<CosineDecay>] {
    [
      Setting("initial_learning_rate", \.initial, .notNegative, isRequired: true, doc: "the rate of the first step."),
      Setting("decay_steps", \.steps, .positive, isRequired: true, doc: "steps of the cosine."),
      Setting("alpha", \.alpha, .notNegative, doc: "the share of the rate that is left in the end."),
      Setting(
        "warmup_target", optional: \.warmupTarget, .notNegative,
        doc: "None, or the rate that a line leads to from `initial_learning_rate`; the cosine starts there."),
      Setting("warmup_steps", \.warmupSteps, .notNegative, doc: "steps of that line."),
    ]
  }

  func rate(at step: Double) -> Double {
    guard let warmupTarget else { return initial * Self.cosine(step / steps, alpha) }
    if step < warmupSteps { return (warmupTarget - initial) * (step / warmupSteps) + initial }
    return warmupTarget * Self.cosine((step - warmupSteps) / steps, alpha)
  }

  /// From `height` down to `alpha` as `share` goes from 0 to 1, and `alpha` after that.
  static func cosine(_ share: Double, _ alpha: Double, height: Double = 1) -> Double {
    (1 - alpha) * 0.5 * height * (1 + PortableMath.cosPi(min(share, 1))) + alpha
  }
}
