extension Optimizer {
  private static let common = [
    "learning_rate", "weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema", "ema_momentum",
    "ema_overwrite_frequency",
  ]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "config"])
    let config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    var optimizer = try Self.plain(try field.string("class"), field, config)
    if let rate = config["learning_rate"] { optimizer.learningRate = try LearningRate(rate) }
    optimizer.weightDecay = try config.decay(default: optimizer.weightDecay)
    if case .adamW = optimizer.rule, optimizer.weightDecay == nil {
      throw config.complaint("has no weight_decay, which is what sets AdamW apart; give a number, or use Adam")
    }
    optimizer.clipping = try config.clipping()
    optimizer.average = try config.average()
    self = optimizer
  }

  /// The optimizer of this name with its rule's settings, all else at its default.
  private static func plain(
    _ name: String, _ field: JSON.Field, _ config: JSON.Field
  ) throws(SwiftCNNError) -> Optimizer {
    switch name {
    case "SGD":
      try config.allowOnly(common + ["momentum", "nesterov"])
      return .sgd(
        momentum: try config.fraction("momentum", default: 0), nesterov: try config.bool("nesterov", default: false))
    case "Adam":
      try config.allowOnly(common + ["beta_1", "beta_2", "epsilon"])
      return .adam(
        beta1: try config.fraction("beta_1", default: 0.9), beta2: try config.fraction("beta_2", default: 0.999),
        epsilon: try config.epsilon())
    case "AdamW":
      try config.allowOnly(common + ["beta_1", "beta_2", "epsilon"])
      return .adamW(
        beta1: try config.fraction("beta_1", default: 0.9), beta2: try config.fraction("beta_2", default: 0.999),
        epsilon: try config.epsilon())
    case "RMSprop":
      try config.allowOnly(common + ["rho", "momentum", "epsilon", "centered"])
      return .rmsprop(
        rho: try config.fraction("rho", default: 0.9), momentum: try config.fraction("momentum", default: 0),
        epsilon: try config.epsilon(), centered: try config.bool("centered", default: false))
    default: return try rare(name, field, config)
    }
  }

  private static func rare(_ name: String, _ field: JSON.Field, _ config: JSON.Field) throws(SwiftCNNError) -> Optimizer {
    switch name {
    case "Adagrad":
      try config.allowOnly(common + ["initial_accumulator_value", "epsilon"])
      return .adagrad(
        initialAccumulator: try config.notNegative("initial_accumulator_value", default: 0.1), epsilon: try config.epsilon())
    case "Adadelta":
      try config.allowOnly(common + ["rho", "epsilon"])
      return .adadelta(rho: try config.fraction("rho", default: 0.95), epsilon: try config.epsilon())
    case "Adamax", "Nadam":
      try config.allowOnly(common + ["beta_1", "beta_2", "epsilon"])
      let (beta1, beta2) = (try config.fraction("beta_1", default: 0.9), try config.fraction("beta_2", default: 0.999))
      let epsilon = try config.epsilon()
      return name == "Nadam"
        ? .nadam(beta1: beta1, beta2: beta2, epsilon: epsilon) : .adamax(beta1: beta1, beta2: beta2, epsilon: epsilon)
    case "Lion":
      try config.allowOnly(common + ["beta_1", "beta_2"])
      let beta1 = try config.fraction("beta_1", default: 0.9)
      guard beta1 > 0 else { throw config.complaint("has beta_1 \(beta1); it must be above 0 and below 1") }
      return .lion(beta1: beta1, beta2: try config.fraction("beta_2", default: 0.99))
    case "Ftrl":
      try config.allowOnly(common + Ftrl.fields)
      return .ftrl(try Ftrl(config))
    default:
      throw field.complaint(
        "is the unknown optimizer '\(name)'; known are SGD, Adam, AdamW, RMSprop, Adagrad, Adadelta, Adamax, Nadam, Lion, Ftrl")
    }
  }

  var json: JSON {
    var config: JSON.Object = ["learning_rate": learningRate.json]
    switch rule {
    case .sgd(let momentum, let nesterov):
      config["momentum"] = .number(momentum)
      config["nesterov"] = .bool(nesterov)
    case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon),
      .adamax(let beta1, let beta2, let epsilon), .nadam(let beta1, let beta2, let epsilon):
      config["beta_1"] = .number(beta1)
      config["beta_2"] = .number(beta2)
      config["epsilon"] = .number(epsilon)
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      config["rho"] = .number(rho)
      config["momentum"] = .number(momentum)
      config["epsilon"] = .number(epsilon)
      config["centered"] = .bool(centered)
    case .adagrad(let initial, let epsilon):
      config["initial_accumulator_value"] = .number(initial)
      config["epsilon"] = .number(epsilon)
    case .adadelta(let rho, let epsilon):
      config["rho"] = .number(rho)
      config["epsilon"] = .number(epsilon)
    case .lion(let beta1, let beta2):
      config["beta_1"] = .number(beta1)
      config["beta_2"] = .number(beta2)
    case .ftrl(let settings): settings.write(to: &config)
    }
    config["weight_decay"] = weightDecay.map(JSON.number) ?? .null
    clipping?.write(to: &config)
    average?.write(to: &config)
    return ["class": .string(rule.className), "config": .object(config)]
  }
}

extension Optimizer.Rule {
  fileprivate var className: String {
    switch self {
    case .sgd: "SGD"
    case .adam: "Adam"
    case .adamW: "AdamW"
    case .rmsprop: "RMSprop"
    case .adagrad: "Adagrad"
    case .adadelta: "Adadelta"
    case .adamax: "Adamax"
    case .nadam: "Nadam"
    case .lion: "Lion"
    case .ftrl: "Ftrl"
    }
  }
}

extension Ftrl {
  fileprivate static let fields = [
    "learning_rate_power", "initial_accumulator_value", "l1_regularization_strength", "l2_regularization_strength",
    "l2_shrinkage_regularization_strength", "beta",
  ]

  fileprivate init(_ config: JSON.Field) throws(SwiftCNNError) {
    let power = try config.number("learning_rate_power", default: -0.5)
    guard power.isFinite, power <= 0 else {
      throw config.complaint("has learning_rate_power \(power); it must be a finite number of at most 0")
    }
    self.init(
      learningRatePower: power, initialAccumulator: try config.notNegative("initial_accumulator_value", default: 0.1),
      l1: try config.notNegative("l1_regularization_strength", default: 0),
      l2: try config.notNegative("l2_regularization_strength", default: 0),
      l2Shrinkage: try config.notNegative("l2_shrinkage_regularization_strength", default: 0),
      beta: try config.notNegative("beta", default: 0))
  }

  fileprivate func write(to config: inout JSON.Object) {
    let values = [learningRatePower, initialAccumulator, l1, l2, l2Shrinkage, beta]
    for (field, value) in zip(Self.fields, values) { config[field] = .number(value) }
  }
}

extension GradientClipping {
  fileprivate func write(to config: inout JSON.Object) {
    switch self {
    case .value(let limit): config["clipvalue"] = .number(limit)
    case .norm(let limit): config["clipnorm"] = .number(limit)
    case .globalNorm(let limit): config["global_clipnorm"] = .number(limit)
    }
  }
}

extension WeightAverage {
  fileprivate func write(to config: inout JSON.Object) {
    config["use_ema"] = true
    config["ema_momentum"] = .number(momentum)
    config["ema_overwrite_frequency"] = overwriteFrequency.map(JSON.integer) ?? .null
  }
}

extension JSON.Field {
  fileprivate func fraction(_ key: String, default missing: Double) throws(SwiftCNNError) -> Double {
    let value = try number(key, default: missing)
    guard value >= 0, value < 1 || (key == "momentum" && value == 1) else {
      throw complaint("has \(key) \(value); it must be at least 0 and \(key == "momentum" ? "at most" : "below") 1")
    }
    return value
  }

  fileprivate func epsilon() throws(SwiftCNNError) -> Double { try notNegative("epsilon", default: 1e-7) }

  fileprivate func notNegative(_ key: String, default missing: Double) throws(SwiftCNNError) -> Double {
    let value = try number(key, default: missing)
    guard value.isFinite, value >= 0 else { throw complaint("has \(key) \(value); it must be a finite number of at least 0") }
    return value
  }

  fileprivate func decay(default missing: Double?) throws(SwiftCNNError) -> Double? {
    guard let field = self["weight_decay"] else { return missing }
    if field.value == .null { return nil }
    let value = try field.number()
    guard value.isFinite, value >= 0 else {
      throw field.complaint("is \(value); it must be a finite number of at least 0, or null")
    }
    return value
  }

  fileprivate func clipping() throws(SwiftCNNError) -> GradientClipping? {
    let kinds: [(String, (Double) -> GradientClipping)] = [
      ("clipnorm", { .norm($0) }), ("global_clipnorm", { .globalNorm($0) }), ("clipvalue", { .value($0) }),
    ]
    var found: [GradientClipping] = []
    for (name, clipping) in kinds {
      guard let limit = try optional(name)?.number() else { continue }
      guard limit.isFinite, limit > 0 else {
        throw complaint("has \(name) \(limit); it must be a finite number above 0, or null")
      }
      found.append(clipping(limit))
    }
    guard found.count <= 1 else {
      throw complaint("may have one of clipnorm, global_clipnorm and clipvalue; it has \(found.count) of them")
    }
    return found.first
  }

  fileprivate func average() throws(SwiftCNNError) -> WeightAverage? {
    let momentum = try number("ema_momentum", default: 0.99)
    let frequency = try optional("ema_overwrite_frequency")?.integer()
    guard momentum >= 0, momentum <= 1 else { throw complaint("has ema_momentum \(momentum); it must be from 0 to 1") }
    guard frequency ?? 1 >= 1 else {
      throw complaint("has ema_overwrite_frequency \(frequency ?? 0); it must be at least 1, or null for never")
    }
    guard try bool("use_ema", default: false) else { return nil }
    return WeightAverage(momentum: momentum, overwriteFrequency: frequency)
  }
}
