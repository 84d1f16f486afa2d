/// Regularizers and constraints of a layer's weights, and the penalty on the layer's output.
///
/// Weights have the names in Keras's arguments: "kernel" stands for `kernel_regularizer` and `kernel_constraint`.
public struct WeightRules: Sendable, Equatable {
  /// Penalties by weight name. A weight without an entry has none.
  public var regularizers: [String: Regularizer] = [:]
  /// Constraints by weight name. A weight without an entry has none.
  public var constraints: [String: Constraint] = [:]

  /// No rules.
  public init() {}
}

/// A layer with weights that can be regularized and constrained.
public protocol RuledLayer: Layer {
  /// The weights that rules may name.
  static var ruledWeights: [String] { get }
  /// The regularizers and constraints of these weights.
  var weightRules: WeightRules { get set }
}

extension RuledLayer {
  /// The layer with a penalty on `weight`: `Dense(10).regularized("kernel", by: .l2(0.001))`.
  public func regularized(_ weight: String, by regularizer: Regularizer) -> Self {
    var layer = self
    layer.weightRules.regularizers[weight] = regularizer
    return layer
  }

  /// The layer with a constraint on `weight` after every step: `Dense(10).constrained("kernel", to: .maxNorm(3))`.
  public func constrained(_ weight: String, to constraint: Constraint) -> Self {
    var layer = self
    layer.weightRules.constraints[weight] = constraint
    return layer
  }
}

// MARK: - In a layer's configuration

extension WeightRules {
  private static let regularizer = "_regularizer"
  private static let constraint = "_constraint"

  /// Removes the rules from `config`. The rest is the configuration that the layer itself reads.
  init(from config: inout JSON.Field, weights: [String]) throws(SwiftCNNError) {
    var rest = try config.object()
    for weight in weights {
      if let field = config.optional(weight + Self.regularizer) { regularizers[weight] = try Regularizer(field) }
      if let field = config.optional(weight + Self.constraint) { constraints[weight] = try Constraint(field) }
      rest[weight + Self.regularizer] = nil
      rest[weight + Self.constraint] = nil
    }
    config = JSON.Field(.object(rest), path: config.path)
  }

  /// A layer's configuration with the rules in it, `weights` in order.
  func added(to config: JSON.Object, weights: [String]) -> JSON {
    var config = config
    for weight in weights {
      if let regularizer = regularizers[weight] { config[weight + Self.regularizer] = regularizer.json }
      if let constraint = constraints[weight] { config[weight + Self.constraint] = constraint.json }
    }
    return .object(config)
  }

  /// Throws for rules for weights that the layer does not have, and for factors that are not valid for any weight.
  func check(_ layer: String, weights: [String]) throws(SwiftCNNError) {
    for name in Set(regularizers.keys).union(constraints.keys).sorted() where !weights.contains(name) {
      throw .invalidValue(
        "\(layer) has no weight '\(name)' to regularize or constrain; it has \(weights.joined(separator: ", "))")
    }
    for weight in weights {
      try regularizers[weight]?.check("\(layer): the regularizer of \(weight)")
      try constraints[weight]?.check("\(layer): the constraint of \(weight)")
    }
  }
}
