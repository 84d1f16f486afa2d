/// A model's optimizer, loss and metrics, checked against its output. Each call of `compile` makes another, which who began to work
/// with the one before it can tell.
final class Compiled: Sendable {
  let optimizer: Optimizer
  let loss: Loss
  /// As given, and with 'accuracy' decided.
  private let declaredMetrics: [Metric]
  let metrics: [Metric]
  /// How many tallies each metric keeps.
  let tallyCounts: [Int]
  let finalActivation: ActivationFunction
  /// Whether the loss is computed from what the final activation receives.
  let usesLogits: Bool

  init(optimizer: Optimizer, loss: Loss, metrics: [Metric], graph: Graph) throws(SwiftCNNError) {
    try optimizer.learningRate.check()
    self.optimizer = optimizer
    self.loss = loss
    declaredMetrics = metrics
    let columns = graph.outputShape.last ?? 1
    var resolved: [Metric] = []
    for metric in metrics {
      guard metric.name != "loss", !resolved.contains(where: { $0.name == metric.name }) else {
        throw .invalidValue("two metrics are named '\(metric.name)'; give each another name")
      }
      resolved.append(try metric.resolved(labels: loss.wantsLabels, columns: columns))
    }
    self.metrics = resolved
    tallyCounts = resolved.map { $0.tallyCount(columns: columns) }
    finalActivation = graph.finalActivation
    usesLogits = loss.prefersLogits(after: finalActivation)
  }

  convenience init(_ json: JSON, graph: Graph) throws(SwiftCNNError) {
    let field = JSON.Field(json)
    try field.allowOnly(["optimizer", "loss", "metrics"])
    var metrics: [Metric] = []
    for metric in try field["metrics"]?.elements() ?? [] { metrics.append(try Metric(metric)) }
    try self.init(
      optimizer: try Optimizer(try field.member("optimizer")), loss: try Loss(try field.member("loss")), metrics: metrics,
      graph: graph)
  }

  var json: JSON { json(optimizer: optimizer) }

  /// The configuration with another state of the optimizer's settings.
  func json(optimizer: Optimizer) -> JSON {
    ["optimizer": optimizer.json, "loss": loss.json, "metrics": .array(declaredMetrics.map(\.json))]
  }

  var metricsNames: [String] { ["loss"] + metrics.map(\.name) }
}

extension Graph {
  /// The activation that the model ends in.
  var finalActivation: ActivationFunction {
    for node in nodes.reversed() {
      switch node.layer {
      case let layer as any WeightedLayer: return layer.activation
      case let layer as Activation: return layer.function
      case let layer as Softmax: return layer.axes.count == 1 ? .softmax : .linear
      // In training dropout changes values after the activation.
      case let layer as Dropout where layer.rate > 0: return .linear
      case is Dropout: continue
      default: return .linear
      }
    }
    return .linear
  }
}
