/// A limit that weights must meet after every step. Norms are Euclidean, computed over `axes` of the weight: 0 for each unit of a
/// dense kernel (in, out), and 0, 1 and 2 for each filter of a kernel (kH, kW, I, O).
///
/// There is a static function for each, such as `.maxNorm(3)`, in the file of its rule.
public struct Constraint: Sendable {
  let rule: any ConstraintRule

  init(_ rule: any ConstraintRule) { self.rule = rule }

  /// All of them, with their defaults, in the order of documentation.
  static let registry: [Constraint] = [.maxNorm(), .nonNegative, .unitNorm(), .minMaxNorm()]
}

/// The computation of a constraint. Each constraint is a file in this folder, and a line in `Constraint.registry`.
protocol ConstraintRule: Described {
  /// The axes of the weight that its norms are computed over.
  var axes: NormAxes { get }
  /// The new norm for a norm.
  func constrained(_ norm: Double) -> Double
  /// Changes a weight of this shape in place so that it meets the constraint.
  func apply(to weights: UnsafeMutablePointer<Float>, shape: [Int], threads: Int)
}

extension Constraint: Equatable {
  /// Whether both constraints have the same class and the same settings.
  public static func == (first: Constraint, second: Constraint) -> Bool { first.json == second.json }
}

extension Constraint {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    let (constraint, config) = try field.entry(of: Self.registry, named: \.rule.className, "constraint")
    self.init(try constraint.rule.reading(config))
  }

  var json: JSON { rule.description }

  /// Checks whether its limits are valid for any weight. - Parameter what: the name of the constraint in error messages.
  func check(_ what: String) throws(SwiftCNNError) { try rule.checkSettings(what) }

  /// Checks whether it fits a weight of this shape.
  func check(_ what: String, shape: [Int]) throws(SwiftCNNError) {
    for axis in rule.axes.values where !(-shape.count..<shape.count).contains(axis) {
      throw .invalidValue(
        "\(what) has axis \(axis), but the weight has the shape \(Shape.text(shape)): axes 0 to \(shape.count - 1)")
    }
  }

  /// Changes a weight of this shape in place so that it meets the constraint.
  func apply(to weights: UnsafeMutablePointer<Float>, shape: [Int], threads: Int) {
    rule.apply(to: weights, shape: shape, threads: threads)
  }
}

/// The axes that a norm is computed over: one or several.
struct NormAxes: SettingValue {
  var values: [Int]

  init(_ values: [Int]) { self.values = values }
  init(setting field: JSON.Field) throws(SwiftCNNError) {
    values = if case .integer(let axis) = field.value { [axis] } else { try field.integers() }
  }
  var json: JSON { JSON(values) }
  static var type: SettingType { SettingType("axes") }
}

extension Setting where Owner: ConstraintRule {
  static func axis(_ path: WritableKeyPath<Owner, NormAxes>) -> Setting {
    Setting("axis", path, doc: "the axis, or the axes, that a norm runs over.")
  }
}

// MARK: - Norms

extension ConstraintRule {
  /// Scales each vector of weights so that its norm becomes the one that the rule gives.
  func apply(to weights: UnsafeMutablePointer<Float>, shape: [Int], threads: Int) {
    let norms = NormLayout(shape: shape, axes: axes.values)
    let work = shape.reduce(1, *) * ParallelThreshold.element
    let columnsAtOnce = norms.splitsColumns ? 64 : norms.columns
    // Keras adds the same number, which prevents a division by 0.
    let epsilon = 1e-7
    parallel(over: norms.columns, by: columnsAtOnce, limit: threads, work: work) { columns in
      var sums = [Double](repeating: 0, count: norms.count)
      norms.forEach(columns) { element, norm in sums[norm] += Double(weights[element]) * Double(weights[element]) }
      let scales = sums.map { sum in
        let norm = sum.squareRoot()
        return Float(constrained(norm) / (epsilon + norm))
      }
      norms.forEach(columns) { element, norm in weights[element] *= scales[norm] }
    }
  }
}
