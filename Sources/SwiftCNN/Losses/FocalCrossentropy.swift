/// A cross-entropy that is multiplied by (1 - probability of the label) ^ gamma, so that samples which are easy to classify count
/// less (Lin et al., 2017).
protocol FocalCrossentropy: RowLossFunction {
  var alpha: Double { get set }
  var gamma: Double { get set }
  var fromLogits: Bool { get set }
  var labelSmoothing: Double { get set }
}

extension FocalCrossentropy {
  /// The settings, in Keras's order. - Parameter alpha: the meaning of `alpha`.
  static func focalSettings(alpha: String) -> [Setting<Self>] {
    [
      Setting("alpha", \.alpha, .finite, doc: alpha),
      Setting(
        "gamma", \.gamma, .notNegative,
        doc: "at least 0; exponent of 1 - (probability of the label). The greater, the less easy samples count."),
      .fromLogits(\.fromLogits), .labelSmoothing(\.labelSmoothing), .axis,
    ]
  }

  func clipped(_ p: Double) -> Double { min(max(p, Self.epsilon), 1 - Self.epsilon) }

  func slopeOfPower(_ base: Double, _ exponent: Double) -> Double {
    exponent == 0 || base == 0 ? 0 : exponent * PortableMath.pow(base, exponent - 1)
  }
}
