/// An optimizer's step size: a number, or a function of the steps taken so far, with Keras's names and formulas.
///
/// There is a static function for each schedule, such as `.cosineDecay(initial: 0.1, steps: 1000)`, in the schedule's file.
public struct LearningRate: Sendable {
  private enum Form {
    case constant(Double)
    case schedule(any RateSchedule)
  }
  private let form: Form

  private init(_ form: Form) { self.form = form }

  init(_ schedule: any RateSchedule) { self.init(.schedule(schedule)) }

  /// The same rate for every step, at least 0; at 0 no weight changes.
  public static func constant(_ rate: Double) -> LearningRate { LearningRate(.constant(rate)) }

  var isConstant: Bool { if case .constant = form { true } else { false } }

  /// The rate of the step that follows `step` earlier steps.
  public func value(at step: Int) -> Double {
    switch form {
    case .constant(let rate): rate
    case .schedule(let schedule): schedule.rate(at: Double(max(0, step)))
    }
  }
}

/// The learning rate as a function of the number of steps. Each schedule is a file in `Schedules`, and a line in
/// `LearningRate.registry`.
protocol RateSchedule: Described {
  /// The rate of the step that follows `step` earlier steps, at least 0.
  func rate(at step: Double) -> Double
}

extension LearningRate: Equatable {
  /// Whether both are the same number, or have the same class and the same settings.
  public static func == (first: LearningRate, second: LearningRate) -> Bool { first.json == second.json }
}

extension LearningRate: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// The same rate for every step.
  public init(floatLiteral value: Double) { self = .constant(value) }
  /// The same rate for every step.
  public init(integerLiteral value: Int) { self = .constant(Double(value)) }
}

// MARK: - Reading, writing and checking

extension LearningRate {
  /// All schedules with their defaults, in the order of the documentation. Settings without a default have arbitrary values here.
  static let registry: [any RateSchedule] = [
    ExponentialDecay(initial: 0, steps: 1, rate: 0, staircase: false),
    InverseTimeDecay(initial: 0, steps: 1, rate: 0, staircase: false),
    PolynomialDecay(initial: 0, steps: 1, end: 0.0001, power: 1, cycle: false),
    CosineDecay(initial: 0, steps: 1, alpha: 0, warmupTarget: nil, warmupSteps: 0),
    CosineDecayRestarts(initial: 0, firstSteps: 1, stepsFactor: 2, rateFactor: 1, alpha: 0),
    PiecewiseConstantDecay(boundaries: [], values: [0]),
  ]

  /// A number, or `{"class": …, "config": …}` of a schedule.
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    if case .object = field.value {
      let (schedule, config) = try field.entry(of: Self.registry, named: \.className, "schedule")
      self.init(try schedule.reading(config))
    } else {
      self = .constant(try field.number())
    }
    try check()
  }

  /// A rate from JSON text, a number or a schedule, for the C interface.
  ///
  /// - Throws: `invalidValue` if it is neither, or a setting is not allowed.
  public init(json text: String) throws(SwiftCNNError) {
    try self.init(JSON.Field(try JSON.parse(text), path: "the learning rate"))
  }

  var json: JSON {
    switch form {
    case .constant(let rate): .number(rate)
    case .schedule(let schedule): schedule.description
    }
  }

  /// A rate of 0 freezes the weights, which is allowed. A negative or infinite rate is an error.
  func check() throws(SwiftCNNError) {
    switch form {
    case .schedule(let schedule): try schedule.checkSettings()
    case .constant(let rate):
      guard rate.isFinite, rate >= 0 else {
        throw .invalidValue("learning_rate must be a finite number of at least 0, got \(rate)")
      }
    }
  }
}
