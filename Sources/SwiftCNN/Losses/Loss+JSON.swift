extension Loss {
  private static let withKernels = [
    "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "BinaryCrossentropy", "MeanSquaredError",
  ]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "config"])
    let name = try field.string("class")
    guard let loss = try Self(name, field["config"] ?? JSON.Field([:], path: "\(field.path).config")) else {
      let known = (Self.withKernels + RareLoss.classNames).joined(separator: ", ")
      throw field.complaint("is the unknown loss '\(name)'; known are \(known)")
    }
    self = loss
  }

  /// Nil for a name that is no loss.
  init?(_ name: String, _ config: JSON.Field) throws(SwiftCNNError) {
    guard Self.withKernels.contains(name) else {
      guard let loss = try RareLoss(name, config) else { return nil }
      self = .other(loss)
      return
    }
    let hasLogits = name != "MeanSquaredError"
    let hasSmoothing = name == "CategoricalCrossentropy" || name == "BinaryCrossentropy"
    try config.allowOnly((hasLogits ? ["from_logits"] : []) + (hasSmoothing ? ["label_smoothing"] : []))
    let (logits, smoothing) = (try config.bool("from_logits", default: false), try config.labelSmoothing())
    switch name {
    case "CategoricalCrossentropy": self = .categoricalCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
    case "SparseCategoricalCrossentropy": self = .sparseCategoricalCrossentropy(fromLogits: logits)
    case "BinaryCrossentropy": self = .binaryCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
    default: self = .meanSquaredError
    }
  }

  var json: JSON { ["class": .string(className), "config": .object(config)] }

  var className: String {
    switch self {
    case .categoricalCrossentropy: "CategoricalCrossentropy"
    case .sparseCategoricalCrossentropy: "SparseCategoricalCrossentropy"
    case .binaryCrossentropy: "BinaryCrossentropy"
    case .meanSquaredError: "MeanSquaredError"
    case .other(let loss): loss.className
    }
  }

  var config: JSON.Object {
    switch self {
    case .categoricalCrossentropy(let logits, let smoothing), .binaryCrossentropy(let logits, let smoothing):
      ["from_logits": .bool(logits), "label_smoothing": .number(smoothing)]
    case .sparseCategoricalCrossentropy(let logits): ["from_logits": .bool(logits)]
    case .meanSquaredError: [:]
    case .other(let loss): loss.config
    }
  }
}

extension RareLoss {
  private static let plain: [String: RareLoss] = [
    "MeanAbsoluteError": .meanAbsoluteError, "MeanAbsolutePercentageError": .meanAbsolutePercentageError,
    "MeanSquaredLogarithmicError": .meanSquaredLogarithmicError, "LogCosh": .logCosh, "Hinge": .hinge,
    "SquaredHinge": .squaredHinge, "CategoricalHinge": .categoricalHinge, "KLDivergence": .klDivergence, "Poisson": .poisson,
    "CosineSimilarity": .cosineSimilarity,
  ]
  private static let withSettings = ["Huber", "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"]

  static let classNames = plain.keys.sorted() + withSettings

  /// Nil for a name that is none of these.
  init?(_ name: String, _ config: JSON.Field) throws(SwiftCNNError) {
    switch name {
    case "Huber":
      try config.allowOnly(["delta"])
      let delta = try config.number("delta", default: 1)
      guard delta > 0, delta.isFinite else { throw config.complaint("has delta \(delta); it must be greater than 0") }
      self = .huber(delta: delta)
    case "BinaryFocalCrossentropy":
      self = .binaryFocalCrossentropy(
        try FocalSettings(config, balances: true), balancesClasses: try config.bool("apply_class_balancing", default: false))
    case "CategoricalFocalCrossentropy": self = .categoricalFocalCrossentropy(try FocalSettings(config, balances: false))
    default:
      guard let loss = Self.plain[name] else { return nil }
      try config.allowOnly([])
      self = loss
    }
  }

  var className: String {
    switch self {
    case .huber: "Huber"
    case .binaryFocalCrossentropy: "BinaryFocalCrossentropy"
    case .categoricalFocalCrossentropy: "CategoricalFocalCrossentropy"
    // Invariant: all that has settings is above.
    default: Self.plain.first { $0.value == self }!.key
    }
  }

  var config: JSON.Object {
    switch self {
    case .huber(let delta): return ["delta": .number(delta)]
    case .binaryFocalCrossentropy(let focus, let balances):
      var config = focus.config
      config["apply_class_balancing"] = .bool(balances)
      return config
    case .categoricalFocalCrossentropy(let focus): return focus.config
    default: return [:]
    }
  }
}

extension RareLoss.FocalSettings {
  init(_ config: JSON.Field, balances: Bool) throws(SwiftCNNError) {
    try config.allowOnly(["alpha", "gamma", "from_logits", "label_smoothing"] + (balances ? ["apply_class_balancing"] : []))
    self.init(
      alpha: try config.number("alpha", default: 0.25), gamma: try config.number("gamma", default: 2),
      fromLogits: try config.bool("from_logits", default: false), labelSmoothing: try config.labelSmoothing())
    guard alpha.isFinite, gamma >= 0, gamma.isFinite else {
      throw config.complaint("has alpha \(alpha) and gamma \(gamma); they must be finite, and gamma at least 0")
    }
  }

  fileprivate var config: JSON.Object {
    [
      "alpha": .number(alpha), "gamma": .number(gamma), "from_logits": .bool(fromLogits),
      "label_smoothing": .number(labelSmoothing),
    ]
  }
}

extension JSON.Field {
  fileprivate func labelSmoothing() throws(SwiftCNNError) -> Double {
    let smoothing = try number("label_smoothing", default: 0)
    guard 0...1 ~= smoothing else { throw complaint("has label_smoothing \(smoothing); it must be between 0 and 1") }
    return smoothing
  }
}
