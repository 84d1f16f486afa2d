/// What weights are brought back to after every step. Norms are Euclidean, over `axes` of the weight: 0 for each unit of a
/// dense kernel (in, out), 0, 1 and 2 for each filter of a kernel (kH, kW, I, O).
public enum Constraint: Sendable, Equatable {
  /// A norm above `value` becomes `value` (Srivastava et al. 2014).
  case maxNorm(_ value: Double = 2, axes: [Int] = [0])
  /// Negative weights become 0.
  case nonNegative
  /// The norm becomes 1.
  case unitNorm(axes: [Int] = [0])
  /// The norm moves by the fraction `rate` of the way into minimum...maximum.
  case minMaxNorm(minimum: Double = 0, maximum: Double = 1, rate: Double = 1, axes: [Int] = [0])
}

extension Constraint {
  private static let classNames = ["MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "config"])
    let config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    switch try field.string("class") {
    case "MaxNorm":
      try config.allowOnly(["max_value", "axis"])
      self = .maxNorm(try config.number("max_value", default: 2), axes: try config.axes())
    case "NonNeg":
      try config.allowOnly([])
      self = .nonNegative
    case "UnitNorm":
      try config.allowOnly(["axis"])
      self = .unitNorm(axes: try config.axes())
    case "MinMaxNorm":
      try config.allowOnly(["min_value", "max_value", "rate", "axis"])
      self = .minMaxNorm(
        minimum: try config.number("min_value", default: 0), maximum: try config.number("max_value", default: 1),
        rate: try config.number("rate", default: 1), axes: try config.axes())
    case let name:
      throw field.complaint("is the unknown constraint '\(name)'; known are \(Self.classNames.joined(separator: ", "))")
    }
  }

  var json: JSON {
    switch self {
    case .maxNorm(let value, let axes): ["class": "MaxNorm", "config": ["max_value": .number(value), "axis": JSON(axes)]]
    case .nonNegative: ["class": "NonNeg", "config": [:]]
    case .unitNorm(let axes): ["class": "UnitNorm", "config": ["axis": JSON(axes)]]
    case .minMaxNorm(let minimum, let maximum, let rate, let axes):
      [
        "class": "MinMaxNorm",
        "config": [
          "min_value": .number(minimum), "max_value": .number(maximum), "rate": .number(rate), "axis": JSON(axes),
        ],
      ]
    }
  }

  var axes: [Int] {
    switch self {
    case .maxNorm(_, let axes), .unitNorm(let axes), .minMaxNorm(_, _, _, let axes): axes
    case .nonNegative: []
    }
  }

  /// Whether it suits a weight of this shape.
  func check(_ what: String, shape: [Int]) throws(SwiftCNNError) {
    for axis in axes where !(-shape.count..<shape.count).contains(axis) {
      throw .invalidValue(
        "\(what) has axis \(axis), but the weight has the shape \(Shape.text(shape)): axes 0 to \(shape.count - 1)")
    }
  }

  /// Whether its limits make sense for any weight.
  func check(_ what: String) throws(SwiftCNNError) {
    let limits: [(String, Double)] =
      switch self {
      case .maxNorm(let value, _): [("max_value", value)]
      case .minMaxNorm(let minimum, let maximum, let rate, _):
        [("min_value", minimum), ("max_value", maximum), ("rate", rate)]
      case .nonNegative, .unitNorm: []
      }
    for (name, value) in limits where !value.isFinite || value < 0 {
      throw .invalidValue("\(what) has \(name) \(value); it must be a finite number of at least 0")
    }
  }
}

extension JSON.Field {
  /// One axis, or several.
  fileprivate func axes() throws(SwiftCNNError) -> [Int] {
    guard let field = self["axis"] else { return [0] }
    if case .array = field.value { return try field.integers() }
    return [try field.integer()]
  }
}
