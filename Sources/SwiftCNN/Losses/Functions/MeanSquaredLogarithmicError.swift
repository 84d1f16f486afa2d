extension Loss {
  /// Mean of (ln(prediction + 1) - ln(label + 1))², of predictions and labels of at least 0.
  public static let meanSquaredLogarithmicError = Loss(MeanSquaredLogarithmicError())
}

struct MeanSquaredLogarithmicError: ElementLossFunction {
  static let className = "MeanSquaredLogarithmicError"
  static let summary = "Mean of (ln(prediction + 1) - ln(label + 1))², of predictions and labels of at least 0."
  static let metricNames: (className: String, name: String)? = (className, "mean_squared_logarithmic_error")

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    let difference = PortableMath.log(max(p, Self.epsilon) + 1) - PortableMath.log(max(t, Self.epsilon) + 1)
    return (difference * difference, p < Self.epsilon ? 0 : 2 * difference / (p + 1))
  }
}
