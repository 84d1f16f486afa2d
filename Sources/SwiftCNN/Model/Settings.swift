/// Checks single settings. A front end can use this to report a mistake where it is made, before it builds a model.
public enum Settings {
  /// The kind of description. Raw values are the names in the C interface.
  public enum Kind: String, CaseIterable, Sendable {
    /// A class of this kind with its settings.
    case layer, loss, metric, optimizer, initializer, regularizer, constraint
    /// A number, or a schedule with its settings.
    case learningRate = "learning_rate"
  }

  /// Throws the errors that building or compiling a model with these settings would throw, except those that depend on shapes.
  /// - Parameter json: the description, in the form of docs/model-format.md.
  public static func check(_ kind: Kind, json: String) throws(SwiftCNNError) {
    let field = JSON.Field(try JSON.parse(json), path: kind == .learningRate ? "the learning rate" : "the \(kind.rawValue)")
    switch kind {
    case .layer: try Graph.layer(field).checkAll()
    case .loss: _ = try Loss(field)
    case .metric: _ = try Metric(field)
    case .optimizer: _ = try Optimizer(field)
    case .initializer: _ = try WeightInitializer(field)
    case .regularizer: try Regularizer(field).check(field.path)
    case .constraint: try Constraint(field).check(field.path)
    case .learningRate: _ = try LearningRate(field)
    }
  }

  /// All classes with their settings, as JSON. For each kind there is a list of `{"class", "summary", "settings"}`. A setting has
  /// `name`, `type`, `doc`, and a `default` unless it is required. Python's classes and docs/settings.md are generated from this.
  public static var schema: String {
    var kinds: JSON.Object = [
      "optimizers": .array(Optimizer.registry.map(\.schema)), "schedules": .array(LearningRate.registry.map(\.schema)),
      "initializers": .array(Initializer.registry.map(\.schema)),
      "regularizers": .array(Regularizer.registry.map(\.schema)),
      "constraints": .array(Constraint.registry.map(\.rule.schema)),
      "losses": .array(Loss.registry.map(\.schema)), "metrics": .array(Metric.schemas),
    ]
    let layers = LayerRegistry.schema
    for (family, classes) in zip(layers.keys, layers.values) { kinds[family] = classes }
    return JSON.object(kinds).text
  }
}
