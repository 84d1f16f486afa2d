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
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// The channels' axis: -1, or the last axis counted with the batch's.
  public var axis: Int
  /// Fraction of the moving statistics that a step keeps, in 0…1.
  public var momentum: Double
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
  /// Initial values of the moving mean.
  public var movingMeanInitializer = WeightInitializer(.zeros)
  /// Initial values of the moving variance.
  public var movingVarianceInitializer = WeightInitializer(.ones)
  /// The regularizers and constraints of the weights that `ruledWeights` lists.
  public var weightRules = WeightRules()

  /// A layer with Keras's defaults.
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
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["beta", "gamma"]
  static let summary = """
    Normalizes each channel to mean 0 and variance 1, then multiplies by gamma and adds beta.

    Training uses the mean and the (biased) variance of the batch and updates the moving ones:
    `moving * momentum + batch * (1 - momentum)`. Inference, and training of a frozen layer, use the moving ones. Sample
    weights have no effect.

    Reference: Ioffe and Szegedy, 2015. Shapes: (N, ..., C), unchanged; the weights are (C,).
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "axis", \.axis, Requirement("the last axis: -1, or its number, from 1") { $0 == -1 || $0 > 0 },
        doc: "axis of the channels, which must be the last one: -1 or its number."),
      Setting("momentum", \.momentum, .share, doc: "fraction of the moving statistics that a step keeps, in [0, 1]."),
      .epsilon(\.epsilon),
      .center(\.center),
      .scale(\.scale),
      .initializer("beta", \.betaInitializer),
      .initializer("gamma", \.gammaInitializer),
      .initializer("moving_mean", \.movingMeanInitializer),
      .initializer("moving_variance", \.movingVarianceInitializer),
      Setting.fixed(
        "renorm", [false], hint: "batch renormalization is not computed here: omit it", doc: "False; it is not computed."
      ).keywordOnly(),
      Setting.fixed(
        "synchronized", [false], hint: "a batch is computed in one process: omit it",
        doc: "False; a batch is computed in one process."
      ).keywordOnly(),
    ]
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
