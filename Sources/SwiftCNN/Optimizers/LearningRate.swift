/// An optimizer's step size: a number, or a function of the steps taken so far, with Keras's names and formulas.
public enum LearningRate: Sendable, Equatable {
  case constant(Double)
  /// initial · rate^(step / steps); `staircase` rounds the quotient down.
  case exponentialDecay(initial: Double, steps: Double, rate: Double, staircase: Bool = false)
  /// initial / (1 + rate · step / steps); `staircase` rounds the quotient down.
  case inverseTimeDecay(initial: Double, steps: Double, rate: Double, staircase: Bool = false)
  /// From `initial` to `end` in `steps` steps; `cycle` stretches `steps` to its next multiple instead of staying at `end`.
  case polynomialDecay(initial: Double, steps: Double, end: Double = 0.0001, power: Double = 1, cycle: Bool = false)
  /// Half a cosine from `initial` to alpha · initial (Loshchilov and Hutter 2017); with a `warmupTarget` first a line from
  /// `initial` to it in `warmupSteps`, and the cosine starts there.
  case cosineDecay(
    initial: Double, steps: Double, alpha: Double = 0, warmupTarget: Double? = nil, warmupSteps: Double = 0)
  /// Cosines that start anew: each period `stepsFactor` times as long, and `rateFactor` times as high, as the one before.
  case cosineDecayRestarts(
    initial: Double, firstSteps: Double, stepsFactor: Double = 2, rateFactor: Double = 1, alpha: Double = 0)
  /// values[i] up to and including step boundaries[i], and the last value after them all.
  case piecewiseConstantDecay(boundaries: [Double], values: [Double])
}

extension LearningRate: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self = .constant(value) }
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }
}

extension LearningRate {
  /// The rate of the step that follows `step` others.
  public func value(at step: Int) -> Double {
    let step = Double(max(0, step))
    switch self {
    case .constant(let rate): return rate
    case .exponentialDecay(let initial, let steps, let rate, let staircase):
      return initial * PortableMath.pow(rate, staircase ? (step / steps).rounded(.down) : step / steps)
    case .inverseTimeDecay(let initial, let steps, let rate, let staircase):
      return initial / (1 + rate * (staircase ? (step / steps).rounded(.down) : step / steps))
    case .polynomialDecay(let initial, let steps, let end, let power, let cycle):
      let length = cycle ? steps * max(1, (step / steps).rounded(.up)) : steps
      return (initial - end) * PortableMath.pow(1 - min(step, length) / length, power) + end
    case .cosineDecay(let initial, let steps, let alpha, let warmupTarget, let warmupSteps):
      guard let warmupTarget else { return initial * Self.cosine(step / steps, alpha) }
      if step < warmupSteps { return (warmupTarget - initial) * (step / warmupSteps) + initial }
      return warmupTarget * Self.cosine((step - warmupSteps) / steps, alpha)
    case .cosineDecayRestarts(let initial, let firstSteps, let stepsFactor, let rateFactor, let alpha):
      let (restarts, share) = Self.period(of: step / firstSteps, growing: stepsFactor)
      return initial * Self.cosine(share, alpha, height: PortableMath.pow(rateFactor, restarts))
    case .piecewiseConstantDecay(let boundaries, let values):
      return values[boundaries.firstIndex { step <= $0 } ?? boundaries.count]
    }
  }

  /// From `height` down to `alpha` as `share` goes from 0 to 1, and `alpha` after that.
  private static func cosine(_ share: Double, _ alpha: Double, height: Double = 1) -> Double {
    (1 - alpha) * 0.5 * height * (1 + PortableMath.cosPi(min(share, 1))) + alpha
  }

  /// Periods that are gone through one by one.
  private static let longestSearch = 4096.0

  /// Which period `time` falls into, counted from 0, and how much of it has passed; the first lasts from 0 to 1.
  private static func period(of time: Double, growing factor: Double) -> (number: Double, share: Double) {
    if factor == 1 { return (time.rounded(.down), time - time.rounded(.down)) }
    let time = min(time, 0x1p63)
    var (number, length, left) = (0.0, 1.0, time)
    // Where the periods hardly grow there may be billions of them: all but the last few thousand are skipped, by the sum of a
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
