extension Loss {
  /// Targets: from 0 to 1, the shape of the output.
  public static func binaryFocalCrossentropy(
    balancesClasses: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0
  ) -> Loss {
    Loss(
      BinaryFocalCrossentropy(
        balancesClasses: balancesClasses, alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }
}

struct BinaryFocalCrossentropy: FocalCrossentropy, ElementLossFunction {
  var balancesClasses: Bool
  var alpha: Double
  var gamma: Double
  var fromLogits: Bool
  var labelSmoothing: Double

  static let className = "BinaryFocalCrossentropy"
  static let summary =
    "Cross-entropy of independent yes/no answers, labels 0 or 1, in which easy samples count less (Lin et al., 2017): mean of "
    + "(1 - probability of the label) ^ gamma times the binary cross-entropy."
  static var settings: [Setting<Self>] {
    [
      Setting(
        "apply_class_balancing", \.balancesClasses,
        doc: "True multiplies the loss of label 1 by `alpha`, and that of label 0 by 1 - `alpha`.")
    ] + focalSettings(alpha: "the weight of label 1, with `apply_class_balancing`.")
  }
  static let isTwoSided = true

  func prefersLogits(after activation: ActivationFunction) -> Bool { !fromLogits && activation == .sigmoid }

  func element(_ x: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    let p = areLogits ? 1 / (1 + PortableMath.exp(-x)) : x
    let entropy = areLogits ? entropyOfLogit(x, p, t) : entropyOfProbability(p, t)
    let missing = 1 - (t * p + (1 - t) * (1 - p))
    let factor = PortableMath.pow(missing, gamma)
    let factorSlope = -slopeOfPower(missing, gamma) * (2 * t - 1) * (areLogits ? p * (1 - p) : 1)
    let weight = balancesClasses ? t * alpha + (1 - t) * (1 - alpha) : 1
    return (weight * factor * entropy.loss, weight * (factor * entropy.slope + factorSlope * entropy.loss))
  }

  private func entropyOfProbability(_ p: Double, _ t: Double) -> LossAndSlope {
    let q = clipped(p)
    let loss = -t * PortableMath.log(q) - (1 - t) * PortableMath.log(1 - q)
    return (loss, q == p ? (q - t) / (q * (1 - q)) : 0)
  }

  /// max(z, 0) - z t + ln(1 + e^-|z|), which never overflows.
  private func entropyOfLogit(_ z: Double, _ p: Double, _ t: Double) -> LossAndSlope {
    (max(z, 0) - z * t + PortableMath.log(1 + PortableMath.exp(-abs(z))), p - t)
  }
}
