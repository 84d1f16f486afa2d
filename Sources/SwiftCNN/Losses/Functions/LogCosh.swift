extension Loss {
  /// Mean of ln(cosh(prediction - label)).
  public static let logCosh = Loss(LogCosh())
}

struct LogCosh: ElementLossFunction {
  static let className = "LogCosh"
  static let summary = "Mean of ln(cosh(prediction - label))."
  static let metricNames: (className: String, name: String)? = ("LogCoshError", "logcosh")

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    let d = p - t
    let decayed = PortableMath.exp(-2 * abs(d))
    return (abs(d) + PortableMath.log(1 + decayed) - PortableMath.log(2), d.signOrZero * (1 - decayed) / (1 + decayed))
  }
}
