extension LearningRate {
  private static let classNames = [
    "ExponentialDecay", "InverseTimeDecay", "PolynomialDecay", "CosineDecay", "CosineDecayRestarts", "PiecewiseConstantDecay",
  ]

  /// A number, or `{"class": …, "config": …}` of a schedule.
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    if case .object = field.value {
      self = try Self.schedule(field)
    } else {
      self = .constant(try field.number())
    }
    try check()
  }

  private static func schedule(_ field: JSON.Field) throws(SwiftCNNError) -> LearningRate {
    try field.allowOnly(["class", "config"])
    let config = try field.object("config")
    func initial() throws(SwiftCNNError) -> Double { try config.number("initial_learning_rate") }
    switch try field.string("class") {
    case "ExponentialDecay":
      try config.allowOnly(["initial_learning_rate", "decay_steps", "decay_rate", "staircase"])
      return .exponentialDecay(
        initial: try initial(), steps: try config.number("decay_steps"), rate: try config.number("decay_rate"),
        staircase: try config.bool("staircase", default: false))
    case "InverseTimeDecay":
      try config.allowOnly(["initial_learning_rate", "decay_steps", "decay_rate", "staircase"])
      return .inverseTimeDecay(
        initial: try initial(), steps: try config.number("decay_steps"), rate: try config.number("decay_rate"),
        staircase: try config.bool("staircase", default: false))
    case "PolynomialDecay":
      try config.allowOnly(["initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle"])
      return .polynomialDecay(
        initial: try initial(), steps: try config.number("decay_steps"),
        end: try config.number("end_learning_rate", default: 0.0001), power: try config.number("power", default: 1),
        cycle: try config.bool("cycle", default: false))
    case "CosineDecay":
      try config.allowOnly(["initial_learning_rate", "decay_steps", "alpha", "warmup_target", "warmup_steps"])
      return .cosineDecay(
        initial: try initial(), steps: try config.number("decay_steps"), alpha: try config.number("alpha", default: 0),
        warmupTarget: try config.optional("warmup_target")?.number(),
        warmupSteps: try config.number("warmup_steps", default: 0))
    case "CosineDecayRestarts":
      try config.allowOnly(["initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha"])
      return .cosineDecayRestarts(
        initial: try initial(), firstSteps: try config.number("first_decay_steps"),
        stepsFactor: try config.number("t_mul", default: 2), rateFactor: try config.number("m_mul", default: 1),
        alpha: try config.number("alpha", default: 0))
    case "PiecewiseConstantDecay":
      try config.allowOnly(["boundaries", "values"])
      return .piecewiseConstantDecay(
        boundaries: try config.member("boundaries").numbers(), values: try config.member("values").numbers())
    case let name:
      throw field.complaint("is the unknown schedule '\(name)'; known are \(classNames.joined(separator: ", "))")
    }
  }

  var json: JSON {
    switch self {
    case .constant(let rate): return .number(rate)
    case .exponentialDecay(let initial, let steps, let rate, let staircase):
      return Self.json("ExponentialDecay", Self.decay(initial, steps, rate, staircase))
    case .inverseTimeDecay(let initial, let steps, let rate, let staircase):
      return Self.json("InverseTimeDecay", Self.decay(initial, steps, rate, staircase))
    case .polynomialDecay(let initial, let steps, let end, let power, let cycle):
      return Self.json(
        "PolynomialDecay",
        [
          "initial_learning_rate": .number(initial), "decay_steps": .number(steps), "end_learning_rate": .number(end),
          "power": .number(power), "cycle": .bool(cycle),
        ])
    case .cosineDecay(let initial, let steps, let alpha, let warmupTarget, let warmupSteps):
      return Self.json(
        "CosineDecay",
        [
          "initial_learning_rate": .number(initial), "decay_steps": .number(steps), "alpha": .number(alpha),
          "warmup_target": warmupTarget.map(JSON.number) ?? .null, "warmup_steps": .number(warmupSteps),
        ])
    case .cosineDecayRestarts(let initial, let firstSteps, let stepsFactor, let rateFactor, let alpha):
      return Self.json(
        "CosineDecayRestarts",
        [
          "initial_learning_rate": .number(initial), "first_decay_steps": .number(firstSteps), "t_mul": .number(stepsFactor),
          "m_mul": .number(rateFactor), "alpha": .number(alpha),
        ])
    case .piecewiseConstantDecay(let boundaries, let values):
      return Self.json(
        "PiecewiseConstantDecay",
        ["boundaries": .array(boundaries.map(JSON.number)), "values": .array(values.map(JSON.number))])
    }
  }

  private static func json(_ name: String, _ config: JSON) -> JSON { ["class": .string(name), "config": config] }

  private static func decay(_ initial: Double, _ steps: Double, _ rate: Double, _ staircase: Bool) -> JSON {
    [
      "initial_learning_rate": .number(initial), "decay_steps": .number(steps), "decay_rate": .number(rate),
      "staircase": .bool(staircase),
    ]
  }

  /// The same from JSON text, for the C interface.
  public init(json text: String) throws(SwiftCNNError) {
    try self.init(JSON.Field(try JSON.parse(text), path: "the learning rate"))
  }
}

extension LearningRate {
  /// A rate of 0 freezes the weights, which is legal; a negative or infinite one is a mistake.
  func check() throws(SwiftCNNError) {
    switch self {
    case .constant(let rate): try Self.checkRates([("learning_rate", rate)])
    case .exponentialDecay(let initial, let steps, let rate, _), .inverseTimeDecay(let initial, let steps, let rate, _):
      try Self.checkRates([("initial_learning_rate", initial), ("decay_rate", rate)], steps: steps)
    case .polynomialDecay(let initial, let steps, let end, let power, _):
      try Self.checkRates([("initial_learning_rate", initial), ("end_learning_rate", end), ("power", power)], steps: steps)
    case .cosineDecay(let initial, let steps, let alpha, let target, let warmup):
      let rates = [
        ("initial_learning_rate", initial), ("alpha", alpha), ("warmup_target", target ?? 0), ("warmup_steps", warmup),
      ]
      try Self.checkRates(rates, steps: steps)
    case .cosineDecayRestarts(let initial, let steps, let stepsFactor, let rateFactor, let alpha):
      try Self.checkRates([("initial_learning_rate", initial), ("m_mul", rateFactor), ("alpha", alpha)], steps: steps)
      guard stepsFactor.isFinite, stepsFactor >= 1 else {
        throw .invalidValue("t_mul must be a finite number of at least 1, got \(stepsFactor)")
      }
    case .piecewiseConstantDecay(let boundaries, let values):
      guard values.count == boundaries.count + 1, zip(boundaries, boundaries.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw .invalidValue(
          "boundaries must rise and values be one more than they; got \(boundaries.count) boundaries \(boundaries) and "
            + "\(values.count) values")
      }
      try Self.checkRates(values.map { ("values", $0) })
    }
  }

  private static func checkRates(_ rates: [(String, Double)], steps: Double = 1) throws(SwiftCNNError) {
    for (name, rate) in rates where !rate.isFinite || rate < 0 {
      throw .invalidValue("\(name) must be a finite number of at least 0, got \(rate)")
    }
    guard steps.isFinite, steps > 0 else { throw .invalidValue("decay_steps must be a finite number above 0, got \(steps)") }
  }
}

extension JSON.Field {
  fileprivate func numbers() throws(SwiftCNNError) -> [Double] {
    var numbers: [Double] = []
    for element in try elements() { numbers.append(try element.number()) }
    return numbers
  }
}
