extension Optimizer {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "config"])
    let config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    let common = ["learning_rate", "weight_decay"]
    switch try field.string("class") {
    case "SGD":
      try config.allowOnly(common + ["momentum", "nesterov"])
      self = .sgd(
        learningRate: try config.rate(default: 0.01), momentum: try config.fraction("momentum", default: 0),
        nesterov: try config.bool("nesterov", default: false), weightDecay: try config.decay(default: nil))
    case "Adam":
      try config.allowOnly(common + ["beta_1", "beta_2", "epsilon"])
      self = .adam(
        learningRate: try config.rate(default: 0.001), beta1: try config.fraction("beta_1", default: 0.9),
        beta2: try config.fraction("beta_2", default: 0.999), epsilon: try config.epsilon(),
        weightDecay: try config.decay(default: nil))
    case "AdamW":
      try config.allowOnly(common + ["beta_1", "beta_2", "epsilon"])
      self = .adamW(
        learningRate: try config.rate(default: 0.001), beta1: try config.fraction("beta_1", default: 0.9),
        beta2: try config.fraction("beta_2", default: 0.999), epsilon: try config.epsilon(),
        weightDecay: try config.decay(default: 0.004))
    case "RMSprop":
      try config.allowOnly(common + ["rho", "momentum", "epsilon", "centered"])
      self = .rmsprop(
        learningRate: try config.rate(default: 0.001), rho: try config.fraction("rho", default: 0.9),
        momentum: try config.fraction("momentum", default: 0), epsilon: try config.epsilon(),
        centered: try config.bool("centered", default: false), weightDecay: try config.decay(default: nil))
    case let name:
      throw field.complaint("is the unknown optimizer '\(name)'; known are SGD, Adam, AdamW, RMSprop")
    }
  }

  var json: JSON {
    func decay(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
    switch self {
    case .sgd(let rate, let momentum, let nesterov, let weightDecay):
      return [
        "class": "SGD",
        "config": [
          "learning_rate": .number(rate), "momentum": .number(momentum), "nesterov": .bool(nesterov),
          "weight_decay": decay(weightDecay),
        ],
      ]
    case .adam(let rate, let beta1, let beta2, let epsilon, let weightDecay),
      .adamW(let rate, let beta1, let beta2, let epsilon, let weightDecay):
      return [
        "class": .string(className),
        "config": [
          "learning_rate": .number(rate), "beta_1": .number(beta1), "beta_2": .number(beta2), "epsilon": .number(epsilon),
          "weight_decay": decay(weightDecay),
        ],
      ]
    case .rmsprop(let rate, let rho, let momentum, let epsilon, let centered, let weightDecay):
      return [
        "class": "RMSprop",
        "config": [
          "learning_rate": .number(rate), "rho": .number(rho), "momentum": .number(momentum), "epsilon": .number(epsilon),
          "centered": .bool(centered), "weight_decay": decay(weightDecay),
        ],
      ]
    }
  }

  private var className: String { if case .adamW = self { "AdamW" } else { "Adam" } }

  /// A rate of 0 freezes the weights, which is legal; a negative or infinite one is a mistake.
  static func check(learningRate rate: Double) throws(SwiftCNNError) {
    guard rate.isFinite, rate >= 0 else {
      throw .invalidValue("learning_rate must be a finite number of at least 0, got \(rate)")
    }
  }
}

extension JSON.Field {
  fileprivate func rate(default missing: Double) throws(SwiftCNNError) -> Double {
    let rate = try number("learning_rate", default: missing)
    try Optimizer.check(learningRate: rate)
    return rate
  }

  fileprivate func fraction(_ key: String, default missing: Double) throws(SwiftCNNError) -> Double {
    let value = try number(key, default: missing)
    guard value >= 0, value < 1 || (key == "momentum" && value == 1) else {
      throw complaint("has \(key) \(value); it must be at least 0 and below 1")
    }
    return value
  }

  fileprivate func epsilon() throws(SwiftCNNError) -> Double {
    let value = try number("epsilon", default: 1e-7)
    guard value.isFinite, value >= 0 else { throw complaint("has epsilon \(value); it must be a finite number of at least 0") }
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
}
