extension Loss {
  /// Targets: one distribution a sample, such as a one-hot label.
  public static func categoricalFocalCrossentropy(
    alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0
  ) -> Loss {
    Loss(CategoricalFocalCrossentropy(alpha: alpha, gamma: gamma, fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }
}

struct CategoricalFocalCrossentropy: FocalCrossentropy {
  var alpha: Double
  var gamma: Double
  var fromLogits: Bool
  var labelSmoothing: Double

  static let className = "CategoricalFocalCrossentropy"
  static let summary =
    "Cross-entropy of one-hot labels in which easy samples count less (Lin et al., 2017): -Σ alpha · (1 - prediction) ^ gamma · "
    + "label · ln(prediction)."
  static var settings: [Setting<Self>] { focalSettings(alpha: "a factor of the loss.") }
  static let isOfRows = true

  func prefersLogits(after activation: ActivationFunction) -> Bool { !fromLogits && activation == .softmax }

  func loss(_ x: [Double], _ t: [Double], areLogits: Bool, _ slopes: inout [Double]) -> Double {
    // Invariant: a row has at least one column.
    let greatest = areLogits ? x.max()! : 0
    let sizes = areLogits ? x.map { PortableMath.exp($0 - greatest) } : x
    let sum = sizes.reduce(0, +)
    let shares = sizes.map { $0 / sum }
    var loss = 0.0
    for i in shares.indices {
      let q = clipped(shares[i])
      let (factor, entropy) = (alpha * PortableMath.pow(1 - q, gamma), -t[i] * PortableMath.log(q))
      loss += factor * entropy
      let factorSlope = -alpha * slopeOfPower(1 - q, gamma)
      slopes[i] = q == shares[i] ? factorSlope * entropy - factor * t[i] / q : 0
    }
    // A share is its size over the sum of all, and a size of a logit is its own derivative.
    let common = shares.indices.reduce(0) { $0 + slopes[$1] * shares[$1] }
    for i in shares.indices { slopes[i] = (slopes[i] - common) * (areLogits ? shares[i] : 1 / sum) }
    return loss
  }
}
