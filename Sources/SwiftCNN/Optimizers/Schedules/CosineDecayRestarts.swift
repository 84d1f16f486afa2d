extension LearningRate {
  /// Cosines that restart. Each period is `stepsFactor` times as long and `rateFactor` times as high as the one before.
  public static func cosineDecayRestarts(
    initial: Double, firstSteps: Double, stepsFactor: Double = 2, rateFactor: Double = 1, alpha: Double = 0
  ) -> LearningRate {
    LearningRate(
      CosineDecayRestarts(
        initial: initial, firstSteps: firstSteps, stepsFactor: stepsFactor, rateFactor: rateFactor, alpha: alpha))
  }
}

struct CosineDecayRestarts: RateSchedule {
  var initial: Double
  var firstSteps: Double
  var stepsFactor: Double
  var rateFactor: Double
  var alpha: Double

  static let className = "CosineDecayRestarts"
  static let summary = "Cosines that start anew (Loshchilov and Hutter, 2017)."
  static var settings: [Setting<CosineDecayRestarts>] {
    [
      Setting("initial_learning_rate", \.initial, .notNegative, isRequired: true, doc: "the rate of the first step."),
      Setting("first_decay_steps", \.firstSteps, .positive, isRequired: true, doc: "steps of the first cosine."),
      Setting(
        "t_mul", \.stepsFactor, Requirement("a finite number of at least 1") { $0.isFinite && $0 >= 1 },
        doc: "each cosine is so many times as long as the one before, at least 1."),
      Setting("m_mul", \.rateFactor, .notNegative, doc: "each cosine starts so many times as high as the one before."),
      Setting("alpha", \.alpha, .notNegative, doc: "the share of the rate that is left at the end of each."),
    ]
  }

  func rate(at step: Double) -> Double {
    let (restarts, share) = Self.period(of: step / firstSteps, growing: stepsFactor)
    return initial * CosineDecay.cosine(share, alpha, height: PortableMath.pow(rateFactor, restarts))
  }

  /// The maximum number of periods that are visited one by one.
  private static let longestSearch = 4096.0

  /// The period that contains `time`, counted from 0, and the share of it that has passed. The first period lasts from 0 to 1.
  private static func period(of time: Double, growing factor: Double) -> (number: Double, share: Double) {
    if factor == 1 { return (time.rounded(.down), time - time.rounded(.down)) }
    let time = min(time, 0x1p63)
    var (number, length, left) = (0.0, 1.0, time)
    // If the periods hardly grow, there may be billions of them. All but the last few thousand are skipped with the sum of a
    // geometric series.
    let whole = (PortableMath.log(1 + time * (factor - 1)) / PortableMath.log(factor)).rounded(.down)
    if whole > longestSearch {
      number = whole - longestSearch / 2
      length = PortableMath.pow(factor, number)
      left = max(0, time - (length - 1) / (factor - 1))
    }
    while left >= length {
      left -= length
      length *= factor
      number += 1
    }
    return (number, left / length)
  }
}
