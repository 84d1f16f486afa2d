extension Loss {
  /// Mean of 100 |prediction - label| / |label|, where |label| is at least 1e-7.
  public static let meanAbsolutePercentageError = Loss(MeanAbsolutePercentageError())
}

struct MeanAbsolutePercentageError: ElementLossFunction {
  static let className = "MeanAbsolutePercentageError"
  static let summary = "Mean of 100 |prediction - label| / |label|, where |label| is at least 1e-7."
  static let metricNames: (className: String, name: String)? = (className, "mean_absolute_percentage_error")

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    let d = p - t
    let percent = 100 / max(abs(t), Self.epsilon)
    return (abs(d) * percent, d.signOrZero * percent)
  }
}
