/// One output of a compiled model, with its loss and its metrics.
struct Head: Sendable {
  /// The layer that produces the output.
  let name: String
  /// The loss; nil if the output does not contribute to the total loss.
  let loss: Loss?
  /// The weight of this loss: the total loss is the sum of the heads' losses, each times its weight.
  let weight: Double
  /// The metrics as given, with 'accuracy' replaced by the accuracy that fits the loss.
  let declaredMetrics: [Metric]
  let metrics: [Metric]
  /// The number of tallies of each metric.
  let tallyCounts: [Int]
  let finalActivation: ActivationFunction
  /// Whether the loss is computed from the input of the final activation (the logits).
  let usesLogits: Bool

  /// Whether the output needs targets.
  var isCompared: Bool { loss != nil || !metrics.isEmpty }
  /// Whether the targets are class numbers.
  var wantsLabels: Bool {
    loss?.wantsLabels ?? metrics.contains(where: \.wantsLabels)
  }

  init(
    _ graph: Graph, output: Int, loss: Loss?, weight: Double, metrics: [Metric]
  ) throws(SwiftCNNError) {
    name = graph.outputNames[output]
    self.loss = loss
    self.weight = weight
    declaredMetrics = metrics
    let columns = graph.outputShapes[output].last ?? 1
    let labels = loss?.wantsLabels ?? metrics.contains(where: \.wantsLabels)
    var resolved: [Metric] = []
    for metric in metrics {
      guard metric.name != "loss", !resolved.contains(where: { $0.name == metric.name }) else {
        throw .invalidValue("two metrics are named '\(metric.name)'; give each another name")
      }
      resolved.append(try metric.resolved(labels: labels, columns: columns))
    }
    try loss?.check()
    guard weight.isFinite else { throw .invalidValue("the weight of the loss of '\(name)' must be finite, got \(weight)") }
    self.metrics = resolved
    tallyCounts = resolved.map { $0.tallyCount(columns: columns) }
    finalActivation = graph.finalActivation(of: output)
    usesLogits = loss?.prefersLogits(after: finalActivation) ?? false
  }

  var json: JSON {
    [
      "loss": loss?.json ?? .null, "loss_weight": .number(weight), "metrics": .array(declaredMetrics.map(\.json)),
    ]
  }
}

/// A model's optimizer, losses and metrics, checked against its outputs. Each call of `compile` makes a new one. So a call that
/// began with the previous one can notice the change.
final class Compiled: Sendable {
  let optimizer: Optimizer
  /// One head for each output.
  let heads: [Head]

  init(
    optimizer: Optimizer, heads: [(loss: Loss?, weight: Double, metrics: [Metric])], graph: Graph
  ) throws(SwiftCNNError) {
    try optimizer.check()
    self.optimizer = optimizer
    guard heads.count == graph.outputs.count else {
      throw .invalidValue(
        "the model has \(graph.outputs.count) outputs, got losses and metrics for \(heads.count); give as many, nil for an output "
          + "without a loss")
    }
    guard heads.contains(where: { $0.loss != nil }) else {
      throw .invalidValue("no output has a loss; give at least one a loss, such as 'mse'")
    }
    var checked: [Head] = []
    for (output, head) in heads.enumerated() {
      checked.append(try Head(graph, output: output, loss: head.loss, weight: head.weight, metrics: head.metrics))
    }
    self.heads = checked
  }

  convenience init(optimizer: Optimizer, loss: Loss, metrics: [Metric], graph: Graph) throws(SwiftCNNError) {
    try self.init(optimizer: optimizer, heads: [(loss: loss, weight: 1, metrics: metrics)], graph: graph)
  }

  convenience init(_ json: JSON, graph: Graph) throws(SwiftCNNError) {
    let field = JSON.Field(json)
    let hasHeads = field["heads"] != nil
    try field.allowOnly(["optimizer"] + (hasHeads ? ["heads"] : ["loss", "loss_weight", "metrics"]))
    let optimizer = try Optimizer(try field.member("optimizer"))
    var heads: [(loss: Loss?, weight: Double, metrics: [Metric])] = []
    for head in hasHeads ? try field.array("heads") : [field] {
      if hasHeads { try head.allowOnly(["loss", "loss_weight", "metrics"]) }
      var metrics: [Metric] = []
      for metric in try head["metrics"]?.elements() ?? [] { metrics.append(try Metric(metric)) }
      let loss = hasHeads ? head.optional("loss") : try head.member("loss")
      heads.append(
        (
          loss: try loss.map { field throws(SwiftCNNError) in try Loss(field) },
          weight: try head.number("loss_weight", default: 1), metrics: metrics
        ))
    }
    try self.init(optimizer: optimizer, heads: heads, graph: graph)
  }

  var json: JSON { json(optimizer: optimizer) }

  /// The same configuration with other current settings of the optimizer.
  func json(optimizer: Optimizer) -> JSON {
    guard heads.count == 1, heads[0].weight == 1 else {
      return ["optimizer": optimizer.json, "heads": .array(heads.map(\.json))]
    }
    return [
      "optimizer": optimizer.json, "loss": heads[0].loss?.json ?? .null, "metrics": .array(heads[0].declaredMetrics.map(\.json)),
    ]
  }

  /// Whether the loss of each output is reported in addition to the total. This is so if several outputs have a loss.
  var tellsEachLoss: Bool { heads.count { $0.loss != nil } > 1 }

  /// The names of the reported numbers: "loss"; then the loss of each output, if several have one; then the metrics. With several
  /// outputs, a name begins with the name of its output.
  var metricsNames: [String] {
    if heads.count == 1 { return ["loss"] + heads[0].metrics.map(\.name) }
    return ["loss"] + (tellsEachLoss ? heads.filter { $0.loss != nil }.map { "\($0.name)_loss" } : [])
      + heads.flatMap { head in head.metrics.map { "\(head.name)_\($0.name)" } }
  }

  var tallyCounts: [Int] { heads.flatMap(\.tallyCounts) }
  /// The length of `Scores.numbers`.
  var valueCount: Int {
    let losses = tellsEachLoss ? heads.count { $0.loss != nil } : 0
    return heads.reduce(1 + losses) { $0 + $1.metrics.count + $1.tallyCounts.reduce(0, +) }
  }
  var endsInLogits: [Bool] { heads.map(\.usesLogits) }
  var hasLoss: [Bool] { heads.map { $0.loss != nil } }
}

extension Graph {
  /// For each output of the model, the layer that produces it.
  var outputNames: [String] { outputs.map { node(of: $0).map { layers[nodes[$0].layer].name } ?? inputs[$0].name } }

  /// The final activation of an output.
  func finalActivation(of output: Int) -> ActivationFunction {
    var value = outputs[output]
    while let node = node(of: value) {
      switch layers[nodes[node].layer].description {
      case let layer as any WeightedLayer: return layer.activation
      case let layer as Activation: return layer.function
      case let layer as Softmax: return layer.axes.count == 1 ? .softmax : .linear
      // In training, dropout changes values after the activation.
      case let layer as Dropout where layer.rate > 0: return .linear
      case is Dropout: value = nodes[node].inputs[0]
      default: return .linear
      }
    }
    return .linear
  }
}
