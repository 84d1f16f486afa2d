extension LearningRate {
  /// From `initial` to `end` in `steps` steps. With `cycle`, the rate does not stay at `end`: `steps` is extended to its next
  /// multiple.
  public static func polynomialDecay(
    initial: Double, steps: Double, end: Double = 0.0001, power: Double = 1, cycle: Bool = false
  ) -> LearningRate {
    LearningRate(PolynomialDecay(initial: initial, steps: steps, end: end, power: power, cycle: cycle))
  }
}

struct PolynomialDecay: RateSchedule {
  var initial: Double
  var steps: Double
  var end: Double
  var power: Double
  var cycle: Bool

  static let className = "PolynomialDecay"
  static let summary = "From `initial_learning_rate` to `end_learning_rate` as (1 - step / decay_steps) ^ power."
  static var settings: [Setting<PolynomialDecay>] {
    [
      Setting("initial_learning_rate", \.initial, .notNegative, isRequired: true, doc: "the rate of the first step."),
      Setting("decay_steps", \.steps, .positive, isRequired: true, doc: "steps until the end."),
      Setting("end_learning_rate", \.end, .notNegative, doc: "the rate that stays from then on."),
      Setting("power", \.power, .notNegative, doc: "1 is a line."),
      Setting("cycle", \.cycle, doc: "True goes up again when the end is reached, for a decay that is `decay_steps` longer."),
    ]
  }

  func rate(at step: Double) -> Double {
    let length = cycle ? steps * max(1, (step / steps).rounded(.up)) : steps
    return (initial - end) * PortableMath.pow(1 - min(step, length) / length, power) + end
  }
}
