extension Constraint {
  /// Negative weights become 0.
  public static var nonNegative: Constraint { Constraint(NonNeg()) }
}

struct NonNeg: ConstraintRule {

  static let className = "NonNeg"
  static let summary = "Negative weights become 0."
  static var settings: [Setting<NonNeg>] {
    []
  }

  var axes: NormAxes { NormAxes([]) }

  func constrained(_ norm: Double) -> Double { norm }

  func apply(to weights: UnsafeMutablePointer<Float>, shape: [Int], threads: Int) {
    for i in 0..<shape.reduce(1, *) where weights[i] < 0 { weights[i] = 0 }
  }
}
