extension Loss {
  /// Half the square of the error up to `delta`, a straight line beyond (Huber 1964).
  public static func huber(delta: Double = 1) -> Loss { Loss(Huber(delta: delta)) }
}

struct Huber: ElementLossFunction {
  var delta: Double

  static let className = "Huber"
  static let summary =
    "Mean of error² / 2 for |error| up to `delta`, and of delta · (|error| - delta / 2) beyond (Huber, 1964), with error = "
    + "prediction - label."
  static var settings: [Setting<Self>] {
    [Setting("delta", \.delta, .positive, doc: "the |error| above which the loss is a straight line.")]
  }

  func element(_ p: Double, _ t: Double, areLogits: Bool) -> LossAndSlope {
    let d = p - t
    return abs(d) <= delta ? (d * d / 2, d) : (delta * (abs(d) - delta / 2), delta * d.signOrZero)
  }
}
