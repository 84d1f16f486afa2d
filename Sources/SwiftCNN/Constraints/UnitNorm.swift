extension Constraint {
  /// The norm becomes 1.
  public static func unitNorm(axes: [Int] = [0]) -> Constraint { Constraint(UnitNorm(axes: NormAxes(axes))) }
}

struct UnitNorm: ConstraintRule {
  var axes: NormAxes

  static let className = "UnitNorm"
  static let summary = "The norm becomes 1."
  static var settings: [Setting<UnitNorm>] {
    [.axis(\.axes)]
  }

  func constrained(_ norm: Double) -> Double { 1 }
}
