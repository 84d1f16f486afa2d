// Code for all optimizers: reading and writing, and the settings that do not depend on the rule.

extension Optimizer {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    let (standard, config) = try field.entry(of: Self.registry, named: \.rule.className, "optimizer")
    let rule = try standard.rule.reading(config, besides: ["learning_rate"] + Common.settings.names())
    var common = Common(standard)
    try Common.settings.read(config, into: &common)
    try common.check(rule)
    self.init(
      rule,
      learningRate: try config["learning_rate"].map { rate throws(SwiftCNNError) in try LearningRate(rate) }
        ?? standard.learningRate,
      weightDecay: common.weightDecay, clipping: common.clipping, average: common.average)
    try check()
  }

  /// Throws for a setting that is not allowed.
  func check() throws(SwiftCNNError) {
    try learningRate.check()
    try rule.checkSettings()
    try Common(self).check(rule)
  }

  var json: JSON {
    var config: JSON.Object = ["learning_rate": learningRate.json]
    for (key, value) in zip(rule.config.keys, rule.config.values) { config[key] = value }
    Common(self).write(to: &config)
    return ["class": .string(rule.className), "config": .object(config)]
  }

  /// The class, for tools that generate text: the settings in the order of Keras's arguments.
  var schema: JSON {
    guard case .object(var schema) = rule.schema, case .array(let own)? = schema["settings"],
      case .array(let common) = Common.settings.schema(defaults: Common(self))
    else { return .null }
    let rate: JSON = [
      "name": "learning_rate", "doc": "step size, or one of `swiftcnn.optimizers.schedules`.", "type": "learning_rate",
      "default": learningRate.json,
    ]
    let decayFirst = type(of: rule).needsWeightDecay
    schema["settings"] = .array(
      [rate] + (decayFirst ? [common[0]] + own + common.dropFirst() : own + common))
    return .object(schema)
  }
}

/// The settings that do not depend on the rule, each under Keras's name.
private struct Common {
  var weightDecay: Double?
  var clipNorm, clipValue, globalClipNorm: Double?
  var usesAverage: Bool
  var averageMomentum: Double
  var overwriteFrequency: Int?

  init(_ optimizer: Optimizer) {
    weightDecay = optimizer.weightDecay
    switch optimizer.clipping {
    case .norm(let limit): clipNorm = limit
    case .value(let limit): clipValue = limit
    case .globalNorm(let limit): globalClipNorm = limit
    case nil: break
    }
    usesAverage = optimizer.average != nil
    averageMomentum = (optimizer.average ?? WeightAverage()).momentum
    overwriteFrequency = optimizer.average?.overwriteFrequency
  }

  static var settings: [Setting<Common>] {
    [
      Setting(
        "weight_decay", optional: \.weightDecay, .notNegative,
        doc: "None, or the share of every weight that a step removes, times the learning rate."),
      Setting("clipnorm", optional: \.clipNorm, .positive, doc: "each weight's gradient is cut to this Euclidean norm."),
      Setting(
        "clipvalue", optional: \.clipValue, .positive, doc: "each element of the gradients is cut to -clipvalue ... clipvalue."),
      Setting(
        "global_clipnorm", optional: \.globalClipNorm, .positive, doc: "all gradients together are cut to this Euclidean norm."),
      Setting(
        "use_ema", \.usesAverage, doc: "True keeps a running mean of the weights, which replaces them at the end of `fit`."),
      Setting("ema_momentum", \.averageMomentum, .share, doc: "share of that mean that a step keeps."),
      Setting(
        "ema_overwrite_frequency", optional: \.overwriteFrequency, Requirement("a positive integer") { $0 > 0 },
        doc: "the mean replaces the weights after every so many steps too; None for never."),
      .fixed(
        "loss_scale_factor", [.null, 1], hint: "models compute in float32, which needs no scaling", doc: "None, or 1."),
      .fixed("gradient_accumulation_steps", [.null, 1], hint: "each batch is a step: use larger batches", doc: "None, or 1."),
    ]
  }

  func check(_ rule: any UpdateRule) throws(SwiftCNNError) {
    try Self.settings.check(self, rule.className)
    let limits = [clipNorm, clipValue, globalClipNorm].compactMap(\.self)
    guard limits.count <= 1 else {
      throw .invalidValue(
        "\(rule.className) may have one of clipnorm, global_clipnorm and clipvalue; it has \(limits.count) of them")
    }
    guard weightDecay != nil || !type(of: rule).needsWeightDecay else {
      throw .invalidValue(
        "\(rule.className) has no weight_decay, which is what sets \(rule.className) apart; give a number, or use Adam")
    }
  }

  var clipping: GradientClipping? {
    clipNorm.map(GradientClipping.norm) ?? clipValue.map(GradientClipping.value)
      ?? globalClipNorm.map(GradientClipping.globalNorm)
  }

  var average: WeightAverage? {
    usesAverage ? WeightAverage(momentum: averageMomentum, overwriteFrequency: overwriteFrequency) : nil
  }

  /// Writes the settings that are in use, and always the decay.
  func write(to config: inout JSON.Object) {
    var all: JSON.Object = [:]
    Self.settings.write(self, to: &all)
    for (key, value) in zip(all.keys, all.values)
    where key == "weight_decay" || (key.contains("ema") ? usesAverage : value != .null) {
      config[key] = value
    }
  }
}
