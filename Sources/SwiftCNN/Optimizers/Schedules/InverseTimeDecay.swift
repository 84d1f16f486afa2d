extension LearningRate {
  /// initial / (1 + rate · step / steps); `staircase` rounds the quotient down.
  public static func inverseTimeDecay(
    initial: Double, steps: Double, rate: Double, staircase: Bool = false
  ) -> LearningRate {
    LearningRate(InverseTimeDecay(initial: initial, steps: steps, rate: rate, staircase: staircase))
  }
}

struct InverseTimeDecay: RateSchedule {
  var initial: Double
  var steps: Double
  var rate: Double
  var staircase: Bool

  static let className = "InverseTimeDecay"
  static let summary = "initial_learning_rate / (1 + decay_rate · step / decay_steps)."
  static var settings: [Setting<InverseTimeDecay>] {
    [
      Setting("initial_learning_rate", \.initial, .notNegative, isRequired: true, doc: "the rate of the first step."),
      Setting(
        "decay_steps", \.steps, .positive, isRequired: true, doc: "the number of steps of one decay, by the formula above."),
      Setting("decay_rate", \.rate, .notNegative, isRequired: true, doc: "the factor of the formula above."),
      Setting("staircase", \.staircase, doc: "True changes the rate every `decay_steps` steps only."),
    ]
  }

  func rate(at step: Double) -> Double {
    initial / (1 + rate * (staircase ? (step / steps).rounded(.down) : step / steps))
  }
}
