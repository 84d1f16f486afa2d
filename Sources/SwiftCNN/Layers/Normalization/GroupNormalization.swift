/// Normalizes each sample by itself, a group of channels together, to mean 0 and variance 1; then scales each channel by gamma
/// and shifts it by beta.
///
/// Output shape = input shape; gamma and beta are (channels,).
/// Reference: Wu and He, ECCV 2018.
public struct GroupNormalization: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Groups of neighbouring channels, all of the same size; -1 makes each channel a group (instance normalization).
  public var groups: Int
  /// The channels' axis: from 1, or from -1 backwards.
  public var axis: Int
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
  public init(
    groups: Int = 32, axis: Int = -1, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true, name: String? = nil
  ) {
    self.name = name
    self.groups = groups
    self.axis = axis
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
  }
}

extension GroupNormalization: CompilableLayer, RuledLayer {
  static let className = "GroupNormalization"
  static let stem = "group_normalization"
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["beta", "gamma"]
  static let summary = """
    Normalizes each group of channels of a sample to mean 0 and variance 1, then multiplies each channel by gamma and adds beta.

    Reference: Wu and He, 2018. Shapes: (N, ..., C), unchanged; the weights are (C,).
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "groups", \.groups, Requirement("a positive integer, or -1 for as many groups as channels") { $0 > 0 || $0 == -1 },
        doc: "number of groups of neighbouring channels; -1 for as many groups as channels (instance normalization)."),
      Setting("axis", \.axis, .sampleAxis, doc: "axis of the channels: from 1, or from -1 backwards."),
      .epsilon(\.epsilon),
      .center(\.center),
      .scale(\.scale),
      .initializer("beta", \.betaInitializer),
      .initializer("gamma", \.gammaInitializer),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let channels = try channels(of: input)
    guard groups == -1 || channels % groups == 0 else {
      throw .invalidValue(
        "\(title): the \(channels) channels of an input of shape \(Shape.batchText(input)) cannot be cut into \(groups) groups of "
          + "the same size; let groups divide \(channels), or use -1 for as many groups as channels")
    }
    return input
  }

  private func channels(of input: [Int]) throws(SwiftCNNError) -> Int { input[try places([axis], in: input)[0]] }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    guard let channels = try? channels(of: input) else { return [] }
    func weight(_ name: String, _ initializer: WeightInitializer) -> WeightDeclaration {
      WeightDeclaration(
        name: name, shape: [channels], initializer: initializer, fans: Fans(incoming: channels, outgoing: channels))
    }
    return (scale ? [weight("gamma", gammaInitializer)] : []) + (center ? [weight("beta", betaInitializer)] : [])
  }
}
