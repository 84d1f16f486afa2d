extension Loss {
  /// Targets: as of `hinge`.
  public static let squaredHinge = Loss(SquaredHinge())
}

struct SquaredHinge: ElementLossFunction {
  static let className = "SquaredHinge"
  static let summary =
    "Mean of max(1 - prediction · label, 0)². Labels are -1 and 1; where all labels of a batch are 0 or 1, 0 means -1."
  static let metricNames: (className: String, name: String)? = (className, "squared_hinge")
  static let readsZeroAsMinusOne = true

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    t * p < 1 ? ((1 - t * p) * (1 - t * p), -2 * t * (1 - t * p)) : (0, 0)
  }
}
