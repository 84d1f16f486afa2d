/// A model's layers as nodes with static shapes, and the place of every weight in the flat buffers.
///
/// Shapes leave the batch axis out. Nodes are in topological order; a sequential model is a line.
struct Graph: Sendable {
  struct Node: Sendable {
    let layer: any CompilableLayer
    let name: String
    let outputShape: [Int]
    /// Indices into `weights`.
    let weights: Range<Int>
  }

  struct Weight: Sendable {
    let name: String
    let shape: [Int]
    let count: Int
    /// Where it starts in the flat buffers; a multiple of 16.
    let offset: Int
    let initializer: WeightInitializer
    let fans: Fans
    /// Whether gradients reach it, unless its layer is frozen.
    let learns: Bool
    let regularizer: Regularizer?
    let constraint: Constraint?
  }

  let name: String
  let inputName: String
  let inputShape: [Int]
  private(set) var nodes: [Node] = []
  private(set) var weights: [Weight] = []
  /// Elements of the flat buffers: all weights, each rounded up to 16, the gaps zero.
  private(set) var bufferCount = 0
  /// Layers that the description freezes; a model may change them later.
  let frozen: Set<Int>
  /// What Python writes of models within the model, whose layers are named by their path; kept for it as it is.
  let models: JSON.Object?

  var outputShape: [Int] { nodes.last?.outputShape ?? inputShape }
  /// Whether a layer changes images at random.
  var augments: Bool { nodes.contains { $0.layer is any AugmentationLayer } }
  var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }

  init(
    name: String, inputName: String, inputShape: [Int], layers: [any CompilableLayer], frozen: Set<Int> = [],
    models: JSON.Object? = nil
  ) throws(SwiftCNNError) {
    self.name = name
    self.frozen = frozen
    self.models = models
    self.inputName = inputName
    self.inputShape = inputShape
    guard !inputShape.isEmpty, inputShape.allSatisfy({ $0 > 0 }) else {
      throw .invalidValue("the input shape must be positive sizes without the batch axis, got \(Shape.text(inputShape))")
    }
    _ = try Shape.count(inputShape, of: "the input")
    guard !layers.isEmpty else { throw .invalidValue("the model has no layers; add at least one") }
    var names = LayerNames()
    for layer in layers { try append(layer, named: try names.next(layer)) }
  }

  /// The weights that learn while the layers `frozen` do not, in order.
  func learning(frozen: Set<Int>) -> [Weight] {
    nodes.enumerated().filter { !frozen.contains($0.offset) }.flatMap { weights[$0.element.weights].filter(\.learns) }
  }

  /// Indices of the weights that gradients may reach; the optimizer keeps moments of these.
  var learnable: [Int] { weights.indices.filter { weights[$0].learns } }

  private mutating func append(_ layer: any CompilableLayer, named name: String) throws(SwiftCNNError) {
    var layer = layer
    layer.name = name
    let input = outputShape
    try layer.checkAll()
    let output = try layer.outputShape(for: input)
    _ = try Shape.count(output, of: "the output of \(name)")
    let first = weights.count
    for declaration in layer.weights(for: input) {
      let weight = try Weight("\(name)/\(declaration.name)", declaration, layer.weightRules, offset: bufferCount)
      weights.append(weight)
      bufferCount += weight.count.rounded(upTo: 16)
    }
    nodes.append(Node(layer: layer, name: name, outputShape: output, weights: first..<weights.count))
  }
}

extension Graph.Weight {
  fileprivate init(
    _ name: String, _ declaration: WeightDeclaration, _ rules: WeightRules, offset: Int
  ) throws(SwiftCNNError) {
    self.name = name
    self.offset = offset
    shape = declaration.shape
    count = try Shape.count(shape, of: name)
    (initializer, fans, learns) = (declaration.initializer, declaration.fans, declaration.learns)
    let rule = declaration.ruledAs ?? declaration.name
    (regularizer, constraint) = (rules.regularizers[rule], rules.constraints[rule])
    try initializer.initializer.check("\(name): the initializer", shape: shape)
    try constraint?.check("\(name): the constraint", shape: shape)
  }
}

/// Gives each layer a name of its own, as Keras does: dense, dense_1, dense_2.
private struct LayerNames {
  private var used: Set<String> = []
  private var counts: [String: Int] = [:]

  mutating func next(_ layer: any CompilableLayer) throws(SwiftCNNError) -> String {
    if let name = layer.name {
      guard name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
        throw .invalidValue("a layer's name, or each part of its path 'model/layer', must not be empty, got '\(name)'")
      }
      guard used.insert(name).inserted else {
        throw .invalidValue("two layers are named '\(name)'; layer names must be unique")
      }
      return name
    }
    let stem = type(of: layer).stem
    while true {
      let number = counts[stem, default: 0]
      counts[stem] = number + 1
      let name = number == 0 ? stem : "\(stem)_\(number)"
      if used.insert(name).inserted { return name }
    }
  }
}
