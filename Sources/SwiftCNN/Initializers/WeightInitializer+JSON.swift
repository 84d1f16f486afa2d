// A name, or an object of the name, the settings and perhaps a seed: {"name": "random_normal", "stddev": 0.01, "seed": 3}.
extension WeightInitializer {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    var config = field
    if case .string = field.value { config = JSON.Field(["name": field.value], path: field.path) }
    let name = try config.string("name")
    guard let settings = Self.settings[name] else {
      throw field.complaint(
        "is \(field.value.text); known initializers are \(Self.settings.keys.sorted().joined(separator: ", "))")
    }
    try config.allowOnly(["name", "seed"] + settings)
    self.init(try Self.named(name, config), seed: try config.optional("seed")?.unsigned())
  }

  /// What each initializer may be told.
  private static let settings: [String: [String]] = [
    "zeros": [], "ones": [], "constant": ["value"], "random_uniform": ["minval", "maxval"], "random_normal": ["mean", "stddev"],
    "truncated_normal": ["mean", "stddev"], "variance_scaling": ["scale", "mode", "distribution"], "orthogonal": ["gain"],
    "identity": ["gain"], "glorot_uniform": [], "glorot_normal": [], "he_uniform": [], "he_normal": [], "lecun_uniform": [],
    "lecun_normal": [],
  ]

  private static func named(_ name: String, _ config: JSON.Field) throws(SwiftCNNError) -> Initializer {
    switch name {
    case "constant": .constant(try config.finite("value", default: 0))
    case "random_uniform": try uniform(config)
    case "random_normal":
      .randomNormal(mean: try config.finite("mean", default: 0), deviation: try config.deviation())
    case "truncated_normal":
      .truncatedNormal(mean: try config.finite("mean", default: 0), deviation: try config.deviation())
    case "variance_scaling": .varianceScaling(try scaling(config))
    case "orthogonal": .orthogonal(gain: try config.finite("gain", default: 1))
    case "identity": .identity(gain: try config.finite("gain", default: 1))
    // Invariant: `settings`, which the name was looked up in, and `plain` have the same names.
    default: plain[name]!
    }
  }

  private static let plain: [String: Initializer] = [
    "zeros": .zeros, "ones": .ones, "glorot_uniform": .glorotUniform, "glorot_normal": .glorotNormal, "he_uniform": .heUniform,
    "he_normal": .heNormal, "lecun_uniform": .lecunUniform, "lecun_normal": .lecunNormal,
  ]

  private static func uniform(_ config: JSON.Field) throws(SwiftCNNError) -> Initializer {
    let (low, high) = (try config.finite("minval", default: -0.05), try config.finite("maxval", default: 0.05))
    guard low <= high else { throw config.complaint("has minval \(low) and maxval \(high); minval must not be greater") }
    return .randomUniform(from: low, to: high)
  }

  private static func scaling(_ config: JSON.Field) throws(SwiftCNNError) -> VarianceScaling {
    let scale = try config.finite("scale", default: 1)
    guard scale > 0 else { throw config.complaint("has scale \(scale); it must be greater than 0") }
    return VarianceScaling(
      scale: scale, mode: try config.choice("mode", default: .incoming),
      distribution: try config.choice("distribution", default: .truncatedNormal))
  }

  var json: JSON {
    var config: JSON.Object = [:]
    switch initializer {
    case .constant(let value): config = ["name": "constant", "value": .number(value)]
    case .randomUniform(let low, let high): config = ["name": "random_uniform", "minval": .number(low), "maxval": .number(high)]
    case .randomNormal(let mean, let deviation):
      config = ["name": "random_normal", "mean": .number(mean), "stddev": .number(deviation)]
    case .truncatedNormal(let mean, let deviation):
      config = ["name": "truncated_normal", "mean": .number(mean), "stddev": .number(deviation)]
    case .varianceScaling(let scaling):
      config = [
        "name": "variance_scaling", "scale": .number(scaling.scale), "mode": .string(scaling.mode.rawValue),
        "distribution": .string(scaling.distribution.rawValue),
      ]
    case .orthogonal(let gain): config = ["name": "orthogonal", "gain": .number(gain)]
    case .identity(let gain): config = ["name": "identity", "gain": .number(gain)]
    default:
      // Invariant: all that has settings of its own is above.
      let name = Self.plain.first { $0.value == initializer }!.key
      if seed == nil { return .string(name) }
      config = ["name": .string(name)]
    }
    if let seed { config["seed"] = JSON(seed) }
    return .object(config)
  }
}

extension JSON.Field {
  fileprivate func finite(_ key: String, default missing: Double) throws(SwiftCNNError) -> Double {
    let value = try number(key, default: missing)
    guard value.isFinite else { throw complaint("has \(key) \(value); it must be a finite number") }
    return value
  }

  fileprivate func deviation() throws(SwiftCNNError) -> Double {
    let deviation = try finite("stddev", default: 0.05)
    guard deviation >= 0 else { throw complaint("has stddev \(deviation); it must be at least 0") }
    return deviation
  }
}
