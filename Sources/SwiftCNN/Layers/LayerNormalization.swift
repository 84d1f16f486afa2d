/// Normalizes each sample by itself along its last axes to mean 0 and variance 1, then scales by gamma and shifts by beta.
///
/// Output shape = input shape; gamma and beta have the sizes of the normalized axes.
/// Reference: Ba, Kiros and Hinton, arXiv 1607.06450 (2016).
public struct LayerNormalization: Layer {
  public var name: String?
  /// Axes of the batch's shape, the last ones: -1 is the last, [-2, -1] the last two.
  public var axes: [Int]
  /// Added to the variance.
  public var epsilon: Double
  /// Whether there is a beta.
  public var center: Bool
  /// Whether there is a gamma.
  public var scale: Bool
  public var betaInitializer = WeightInitializer(.zeros)
  public var gammaInitializer = WeightInitializer(.ones)
  public var weightRules = WeightRules()

  public init(axes: [Int] = [-1], epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true, name: String? = nil) {
    self.name = name
    self.axes = axes
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
  }
}

extension LayerNormalization: CompilableLayer, RuledLayer {
  static let className = "LayerNormalization"
  static let stem = "layer_normalization"
  public static let ruledWeights = ["beta", "gamma"]

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["axis", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer"])
    self.init(
      axes: try config.axes("axis", default: [-1]), epsilon: try config.number("epsilon", default: 1e-3),
      center: try config.bool("center", default: true), scale: try config.bool("scale", default: true))
    if let field = config["beta_initializer"] { betaInitializer = try WeightInitializer(field) }
    if let field = config["gamma_initializer"] { gammaInitializer = try WeightInitializer(field) }
  }

  var config: JSON {
    [
      "axis": .axes(axes), "epsilon": .number(epsilon), "center": .bool(center), "scale": .bool(scale),
      "beta_initializer": betaInitializer.json, "gamma_initializer": gammaInitializer.json,
    ]
  }

  func check() throws(SwiftCNNError) {
    try checkTrailing(axes)
    guard epsilon > 0 else { throw .invalidValue("\(title): epsilon must be positive, such as 0.001; got \(epsilon)") }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    _ = try trailingSizes(axes, of: input)
    return input
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    guard let sizes = try? trailingSizes(axes, of: input) else { return [] }
    func weight(_ name: String, _ initializer: WeightInitializer) -> WeightDeclaration {
      WeightDeclaration(name: name, shape: sizes, initializer: initializer, fans: Fans(ofKernel: sizes))
    }
    return (scale ? [weight("gamma", gammaInitializer)] : []) + (center ? [weight("beta", betaInitializer)] : [])
  }
}
