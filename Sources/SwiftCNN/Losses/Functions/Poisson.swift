extension Loss {
  /// Mean of prediction - label · ln(prediction).
  public static let poisson = Loss(Poisson())
}

struct Poisson: ElementLossFunction {
  static let className = "Poisson"
  static let summary = "Mean of prediction - label · ln(prediction)."
  static let metricNames: (className: String, name: String)? = (className, "poisson")

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    let shifted = p + Self.epsilon
    return shifted > 0 ? (p - t * PortableMath.log(shifted), 1 - t / shifted) : (.nan, .nan)
  }
}
