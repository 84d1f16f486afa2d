extension Constraint {
  /// The norm moves by the fraction `rate` of the way into minimum...maximum.
  public static func minMaxNorm(
    minimum: Double = 0, maximum: Double = 1, rate: Double = 1, axes: [Int] = [0]
  ) -> Constraint {
    Constraint(MinMaxNorm(minimum: minimum, maximum: maximum, rate: rate, axes: NormAxes(axes)))
  }
}

struct MinMaxNorm: ConstraintRule {
  var minimum: Double
  var maximum: Double
  var rate: Double
  var axes: NormAxes

  static let className = "MinMaxNorm"
  static let summary = "Rescales weights so that their norm is between `min_value` and `max_value`."
  static var settings: [Setting<MinMaxNorm>] {
    [
      Setting("min_value", \.minimum, .notNegative, doc: "the least norm."),
      Setting("max_value", \.maximum, .notNegative, doc: "the greatest norm."),
      Setting("rate", \.rate, .notNegative, doc: "the share of the way that a step goes; 1 is all of it."),
      .axis(\.axes),
    ]
  }

  func constrained(_ norm: Double) -> Double { rate * min(max(norm, minimum), maximum) + (1 - rate) * norm }
}
