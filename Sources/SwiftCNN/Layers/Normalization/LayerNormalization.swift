/// Normalizes each sample by itself along its last axes to mean 0 and variance 1, then scales by gamma and shifts by beta.
///
/// Output shape = input shape; gamma and beta have the sizes of the normalized axes.
/// Reference: Ba, Kiros and Hinton, arXiv 1607.06450 (2016).
public struct LayerNormalization: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Axes of the batch's shape, the last ones: -1 is the last, [-2, -1] the last two.
  public var axes: [Int]
  /// Added to the variance.
  public var epsilon: Double
  /// Whether there is a beta.
  public var center: Bool
  /// Whether there is a gamma.
  public var scale: Bool
  /// Initial values of beta, if there is one.
  public var betaInitializer = WeightInitializer(.zeros)
  /// Initial values of gamma, if there is one.
  public var gammaInitializer = WeightInitializer(.ones)
  /// The regularizers and constraints of the weights that `ruledWeights` lists.
  public var weightRules = WeightRules()

  /// A layer with Keras's defaults.
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
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["beta", "gamma"]
  static let summary = """
    Normalizes each sample along its last axes to mean 0 and variance 1, then multiplies by gamma and adds beta.

    Reference: Ba, Kiros and Hinton, 2016. Shapes: (N, ...), unchanged; the weights have the sizes of the normalized axes.
    """
  static var settings: [Setting<Self>] {
    [
      .lastAxes(\.axes.oneOrMore, doc: "-1, or the last axes together, such as (-3, -2, -1) for a whole image."),
      .epsilon(\.epsilon),
      .center(\.center),
      .scale(\.scale),
      .initializer("beta", \.betaInitializer),
      .initializer("gamma", \.gammaInitializer),
    ]
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
