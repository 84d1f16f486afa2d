extension Constraint {
  /// A norm above `value` becomes `value` (Srivastava et al. 2014).
  public static func maxNorm(_ value: Double = 2, axes: [Int] = [0]) -> Constraint {
    Constraint(MaxNorm(value: value, axes: NormAxes(axes)))
  }
}

struct MaxNorm: ConstraintRule {
  var value: Double
  var axes: NormAxes

  static let className = "MaxNorm"
  static let summary = "A norm above `max_value` becomes `max_value` (Srivastava et al., 2014)."
  static var settings: [Setting<MaxNorm>] {
    [Setting("max_value", \.value, .notNegative, doc: "the greatest norm."), .axis(\.axes)]
  }

  func constrained(_ norm: Double) -> Double { min(norm, value) }
}
