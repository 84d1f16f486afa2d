extension Loss {
  /// Targets: -1 and 1; where all of a batch are 0 or 1, 0 means -1.
  public static let hinge = Loss(Hinge())
}

struct Hinge: ElementLossFunction {
  static let className = "Hinge"
  static let summary =
    "Mean of max(1 - prediction · label, 0). Labels are -1 and 1; where all labels of a batch are 0 or 1, 0 means -1."
  static let metricNames: (className: String, name: String)? = (className, "hinge")
  static let readsZeroAsMinusOne = true

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope { t * p < 1 ? (1 - t * p, -t) : (0, 0) }
}
