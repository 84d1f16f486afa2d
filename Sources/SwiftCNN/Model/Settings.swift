/// The checks of single settings, for a front end that wants to refuse a mistake where it is made, before any model is built.
public enum Settings {
  /// What is described. Raw values are the names of the C interface.
  public enum Kind: String, CaseIterable, Sendable {
    case layer, loss, metric, optimizer, initializer, regularizer, constraint
    case learningRate = "learning_rate"
  }

  /// Throws what building or compiling a model would say of these settings, as far as no shape is needed for it.
  /// - Parameter json: the description, as docs/model-format.md has it.
  public static func check(_ kind: Kind, json: String) throws(SwiftCNNError) {
    let field = JSON.Field(try JSON.parse(json), path: kind == .learningRate ? "the learning rate" : "the \(kind.rawValue)")
    switch kind {
    case .layer: try Graph.layer(field).checkAll()
    case .loss: _ = try Loss(field)
    case .metric: _ = try Metric(field)
    case .optimizer: try Optimizer(field).learningRate.check()
    case .initializer: _ = try WeightInitializer(field)
    case .regularizer: try Regularizer(field).check(field.path)
    case .constraint: try Constraint(field).check(field.path)
    case .learningRate: try LearningRate(field).check()
    }
  }
}
