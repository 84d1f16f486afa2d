// Initializers with a variance that depends on the connections of a unit, and named special cases of them.

extension Initializer {
  /// Random numbers with mean 0 and variance `scale` / fan.
  ///
  /// - Parameters:
  ///   - scale: above 0.
  ///   - mode: the connections of a unit that are counted as fan.
  ///   - distribution: the distribution of the numbers.
  public static func varianceScaling(
    scale: Double = 1, mode: VarianceScaling.Mode = .incoming, distribution: VarianceScaling.Distribution = .truncatedNormal
  ) -> Initializer {
    Initializer(VarianceScaling(scale: scale, mode: mode, distribution: distribution))
  }
  /// Uniform on ±√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).
  public static var glorotUniform: Initializer { Initializer(GlorotUniform()) }
  /// Normal of variance 2 / (fan_in + fan_out), cut at two deviations (Glorot and Bengio 2010).
  public static var glorotNormal: Initializer { Initializer(GlorotNormal()) }
  /// Uniform on ±√(6 / fan_in) (He et al. 2015).
  public static var heUniform: Initializer { Initializer(HeUniform()) }
  /// Normal of variance 2 / fan_in, cut at two deviations (He et al. 2015).
  public static var heNormal: Initializer { Initializer(HeNormal()) }
  /// Uniform on ±√(3 / fan_in) (LeCun et al. 1998).
  public static var lecunUniform: Initializer { Initializer(LecunUniform()) }
  /// Normal of variance 1 / fan_in, cut at two deviations (LeCun et al. 1998, Klambauer et al. 2017).
  public static var lecunNormal: Initializer { Initializer(LecunNormal()) }
}

/// Random numbers with mean 0. Their variance is `scale` / fan, which depends on the connections of a unit.
public struct VarianceScaling: Sendable {
  /// The connections of a unit that are counted as fan. Raw values are Keras's names.
  public enum Mode: String, SettingChoice, Sendable {
    /// The inputs.
    case incoming = "fan_in"
    /// The outputs.
    case outgoing = "fan_out"
    /// The mean of both.
    case average = "fan_avg"
  }

  /// The distribution of the numbers. Raw values are Keras's names.
  public enum Distribution: String, SettingChoice, Sendable {
    /// Uniform.
    case uniform
    /// Normal, cut at two deviations. The given variance is the one after the cut.
    case truncatedNormal = "truncated_normal"
    /// Normal, without a cut.
    case normal = "untruncated_normal"

    static var aliases: [String: String] { ["normal": truncatedNormal.rawValue] }
  }

  var scale = 1.0
  var mode = Mode.incoming
  var distribution = Distribution.truncatedNormal
}

extension VarianceScaling: InitialValues {
  static let className = "VarianceScaling"
  static let isRandom = true
  static let summary = "Random numbers around 0 of the variance `scale` / fan."
  static var settings: [Setting<VarianceScaling>] {
    [
      Setting("scale", \.scale, .positive, doc: "greater than 0."),
      Setting("mode", \.mode, doc: "the fan; \"fan_avg\" is the mean of both."),
      Setting("distribution", \.distribution, doc: "\"normal\" means \"truncated_normal\"."),
    ]
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    let fan: Float =
      switch mode {
      case .incoming: Float(max(1, fans.incoming))
      case .outgoing: Float(max(1, fans.outgoing))
      case .average: Float(max(1, fans.incoming + fans.outgoing)) / 2
      }
    let variance = Float(scale) / fan
    switch distribution {
    case .uniform: try weight.uniform(around: 0, within: (3 * variance).squareRoot())
    // The share of a normal distribution's deviation that remains after cutting it at two deviations.
    case .truncatedNormal: try weight.truncatedNormal(0, variance.squareRoot() / 0.87962566103423978)
    case .normal: try weight.normal(0, variance.squareRoot())
    }
  }
}

/// A variance scaling with a name of its own and fixed settings.
protocol NamedScaling: InitialValues {
  static var scaling: VarianceScaling { get }
}

extension NamedScaling {
  static var isRandom: Bool { true }
  static var settings: [Setting<Self>] { [] }
  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    try Self.scaling.fill(weight, shape: shape, fans: fans)
  }
}

struct GlorotUniform: NamedScaling {
  static let className = "GlorotUniform"
  static let summary = "Uniform on ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."
  static let scaling = VarianceScaling(mode: .average, distribution: .uniform)
}

struct GlorotNormal: NamedScaling {
  static let className = "GlorotNormal"
  static let summary = "Truncated normal of variance 2 / (fan_in + fan_out) (Glorot and Bengio, 2010)."
  static let scaling = VarianceScaling(mode: .average)
}

struct HeUniform: NamedScaling {
  static let className = "HeUniform"
  static let summary = "Uniform on ±√(6 / fan_in) (He et al., 2015)."
  static let scaling = VarianceScaling(scale: 2, distribution: .uniform)
}

struct HeNormal: NamedScaling {
  static let className = "HeNormal"
  static let summary = "Truncated normal of variance 2 / fan_in (He et al., 2015)."
  static let scaling = VarianceScaling(scale: 2)
}

struct LecunUniform: NamedScaling {
  static let className = "LecunUniform"
  static let summary = "Uniform on ±√(3 / fan_in) (LeCun et al., 1998)."
  static let scaling = VarianceScaling(distribution: .uniform)
}

struct LecunNormal: NamedScaling {
  static let className = "LecunNormal"
  static let summary = "Truncated normal of variance 1 / fan_in (LeCun et al., 1998; Klambauer et al., 2017)."
  static let scaling = VarianceScaling()
}
