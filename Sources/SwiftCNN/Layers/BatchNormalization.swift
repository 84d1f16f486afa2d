/// Normalizes each channel to mean 0 and variance 1, then scales by gamma and shifts by beta.
///
/// In training the statistics are the batch's (the variance is the biased one), and the moving ones follow:
/// moving = moving · momentum + batch · (1 - momentum), so `momentum` is the fraction kept. Otherwise, and in training if the
/// layer is frozen, the moving ones are used. Sample weights do not enter.
///
/// Input (batch, …, channels), output alike; the statistics run over all axes but the last. Weights: gamma, beta, and
/// moving_mean, moving_variance, which no gradient reaches; all (channels,).
/// Reference: Ioffe and Szegedy, ICML 2015.
public struct BatchNormalization: Layer {
  public var name: String?
  /// The channels' axis: -1, or the last axis counted with the batch's.
  public var axis: Int
  public var momentum: Double
  /// Added to the variance.
  public var epsilon: Double
  /// Whether there is a beta.
  public var center: Bool
  /// Whether there is a gamma.
  public var scale: Bool
  public var betaInitializer = WeightInitializer(.zeros)
  public var gammaInitializer = WeightInitializer(.ones)
  public var movingMeanInitializer = WeightInitializer(.zeros)
  public var movingVarianceInitializer = WeightInitializer(.ones)
  public var weightRules = WeightRules()

  public init(
    axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
    name: String? = nil
  ) {
    self.name = name
    self.axis = axis
    self.momentum = momentum
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
  }
}

extension BatchNormalization: CompilableLayer, RuledLayer {
  static let className = "BatchNormalization"
  static let stem = "batch_normalization"
  public static let ruledWeights = ["beta", "gamma"]

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly([
      "axis", "momentum", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer", "moving_mean_initializer",
      "moving_variance_initializer",
    ])
    self.init(
      axis: try config.integer("axis", default: -1), momentum: try config.number("momentum", default: 0.99),
      epsilon: try config.number("epsilon", default: 1e-3), center: try config.bool("center", default: true),
      scale: try config.bool("scale", default: true))
    if let field = config["beta_initializer"] { betaInitializer = try WeightInitializer(field) }
    if let field = config["gamma_initializer"] { gammaInitializer = try WeightInitializer(field) }
    if let field = config["moving_mean_initializer"] { movingMeanInitializer = try WeightInitializer(field) }
    if let field = config["moving_variance_initializer"] { movingVarianceInitializer = try WeightInitializer(field) }
  }

  var config: JSON {
    [
      "axis": .integer(axis), "momentum": .number(momentum), "epsilon": .number(epsilon), "center": .bool(center),
      "scale": .bool(scale), "beta_initializer": betaInitializer.json, "gamma_initializer": gammaInitializer.json,
      "moving_mean_initializer": movingMeanInitializer.json, "moving_variance_initializer": movingVarianceInitializer.json,
    ]
  }

  func check() throws(SwiftCNNError) {
    guard axis == -1 || axis > 0 else {
      throw .invalidValue("\(title): axis must be the last one, -1 or its number from 1, got \(axis)")
    }
    guard (0...1).contains(momentum) else {
      throw .invalidValue(
        "\(title): momentum is the fraction of the moving statistics to keep, between 0 and 1; got \(momentum)")
    }
    guard epsilon > 0 else { throw .invalidValue("\(title): epsilon must be positive, such as 0.001; got \(epsilon)") }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard axis == -1 || axis == input.count else {
      throw .invalidValue(
        "\(title): axis must be the last one, -1 or \(input.count), got \(axis); move the channels to the last axis")
    }
    return input
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let channels = input[input.count - 1]
    func weight(_ name: String, _ initializer: WeightInitializer, learns: Bool) -> WeightDeclaration {
      WeightDeclaration(
        name: name, shape: [channels], initializer: initializer, fans: Fans(incoming: channels, outgoing: channels),
        learns: learns)
    }
    return (scale ? [weight("gamma", gammaInitializer, learns: true)] : [])
      + (center ? [weight("beta", betaInitializer, learns: true)] : [])
      + [
        weight("moving_mean", movingMeanInitializer, learns: false),
        weight("moving_variance", movingVarianceInitializer, learns: false),
      ]
  }
}
