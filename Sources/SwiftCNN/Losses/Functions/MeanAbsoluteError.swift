extension Loss {
  /// Mean of |prediction - label|.
  public static let meanAbsoluteError = Loss(MeanAbsoluteError())
}

struct MeanAbsoluteError: ElementLossFunction {
  static let className = "MeanAbsoluteError"
  static let summary = "Mean of |prediction - label|."

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope { (abs(p - t), (p - t).signOrZero) }
}
