/// A model's layers, how their calls are connected, and the place of every weight in the flat buffers.
///
/// A value is the output of a call, or an input of the model. Values are numbered: first the inputs, then the output of each node
/// in order. In a sequential model, each node reads the value before it. Shapes do not include the batch axis.
struct Graph: Sendable {
  struct Input: Sendable, Equatable {
    let name: String
    /// The shape of one sample. An open axis has one of many possible sizes.
    let shape: [Int]
    /// The axes that may have a different size in each call of the model.
    let openAxes: Set<Int>

    init(name: String, shape: [Int], openAxes: Set<Int> = []) {
      self.name = name
      self.shape = shape
      self.openAxes = openAxes
    }

    /// The shape with this size along all open axes.
    func sized(_ size: Int) -> Input {
      Input(name: name, shape: shape.enumerated().map { openAxes.contains($0.offset) ? size : $0.element }, openAxes: openAxes)
    }
  }

  /// A layer with its weights. It may be called several times.
  struct Layer: Sendable {
    let description: any CompilableLayer
    let name: String
    /// Indices into `weights`.
    fileprivate(set) var weights: Range<Int>
    /// Indices of the nodes that call the layer, in order.
    fileprivate(set) var nodes: [Int] = []
  }

  /// A call of a layer.
  struct Node: Sendable {
    /// Index into `layers`.
    let layer: Int
    /// The number of earlier calls of the same layer.
    let call: Int
    /// The values that it reads.
    let inputs: [Int]
    let outputShape: [Int]
  }

  struct Weight: Sendable {
    let name: String
    let shape: [Int]
    let count: Int
    /// Where it starts in the flat buffers; a multiple of 16.
    let offset: Int
    let initializer: WeightInitializer
    let fans: Fans
    /// Whether gradients reach it when its layer is not frozen.
    let learns: Bool
    let regularizer: Regularizer?
    let constraint: Constraint?
  }

  let name: String
  let inputs: [Input]
  private(set) var layers: [Layer] = []
  /// In topological order.
  private(set) var nodes: [Node] = []
  /// The values that are outputs of the model.
  private(set) var outputs: [Int] = []
  private(set) var weights: [Weight] = []
  /// Elements of the flat buffers: all weights, each rounded up to a multiple of 16. The gaps are zero.
  private(set) var bufferCount = 0
  /// Layers that the description freezes; a model may change them later.
  let frozen: Set<Int>
  /// For each value, the axes with sizes that depend on open axes of the inputs.
  var openAxes: [Set<Int>] = []
  /// The layers that keep the random numbers of another model.
  var streams: [Int: RandomStream] = [:]
  /// Data that Python writes about models within the model, whose layers have a path as their name. The engine keeps these data
  /// unchanged.
  let models: JSON.Object?

  /// The description of a node: the index of its layer, and the values that it reads.
  struct Call: Sendable {
    let layer: Int
    let inputs: [Int]
  }

  /// A graph of layers in a line: it has one input, and each layer reads the output of the layer before it.
  init(
    name: String, inputName: String, inputShape: [Int], layers: [any CompilableLayer], frozen: Set<Int> = [],
    models: JSON.Object? = nil
  ) throws(SwiftCNNError) {
    try self.init(
      name: name, inputs: [Input(name: inputName, shape: inputShape)], layers: layers,
      calls: layers.indices.map { Call(layer: $0, inputs: [$0]) }, outputs: [layers.count], frozen: frozen, models: models)
  }

  /// - Parameters:
  ///   - calls: in topological order: a call reads only inputs and the outputs of earlier calls.
  ///   - outputs: the values that are outputs of the model.
  init(
    name: String, inputs: [Input], layers: [any CompilableLayer], calls: [Call], outputs: [Int], frozen: Set<Int> = [],
    models: JSON.Object? = nil
  ) throws(SwiftCNNError) {
    self.name = name
    self.inputs = inputs
    self.frozen = frozen
    self.models = models
    self.outputs = outputs
    try checkInputs()
    guard !layers.isEmpty else { throw .invalidValue("the model has no layers; add at least one") }
    var names = LayerNames()
    for layer in layers {
      var layer = layer
      let name = try names.next(layer)
      layer.name = name
      try layer.checkAll()
      self.layers.append(Layer(description: layer, name: name, weights: 0..<0))
    }
    for call in calls { try append(call) }
    try checkConnections()
    for layer in self.layers.indices { try declareWeights(of: layer) }
    openAxes = (0..<valueCount).map { node(of: $0) == nil ? inputs[$0].openAxes : [] }
  }

  private func checkInputs() throws(SwiftCNNError) {
    guard !inputs.isEmpty else { throw .invalidValue("the model has no inputs; it needs at least one") }
    for input in inputs {
      guard !input.shape.isEmpty, input.shape.allSatisfy({ $0 > 0 }) else {
        throw .invalidValue(
          "the input shape must be positive sizes without the batch axis, got \(Shape.text(input.shape))")
      }
      _ = try Shape.count(input.shape, of: "the input")
    }
    var names: Set<String> = []
    for input in inputs where !names.insert(input.name).inserted {
      throw .invalidValue("two inputs are named '\(input.name)'; give each another name")
    }
  }

  private mutating func append(_ call: Call) throws(SwiftCNNError) {
    guard layers.indices.contains(call.layer) else {
      throw .invalidValue("a node calls layer \(call.layer), but the model has the layers 0 to \(layers.count - 1)")
    }
    let layer = layers[call.layer].description
    guard !call.inputs.isEmpty, call.inputs.allSatisfy({ 0..<valueCount ~= $0 }) else {
      throw .invalidValue(
        "\(layer.title) reads the values \(Shape.text(call.inputs)), but before it there are the values 0 to \(valueCount - 1): "
          + "the model's inputs, and what the nodes before it returned. A node cannot read its own output, or that of a later one"
      )
    }
    let output = try layer.outputShape(forAll: call.inputs.map(shape(of:)))
    _ = try Shape.count(output, of: "the output of \(layer.title)")
    layers[call.layer].nodes.append(nodes.count)
    nodes.append(
      Node(layer: call.layer, call: layers[call.layer].nodes.count - 1, inputs: call.inputs, outputShape: output))
  }

  /// The first call of a layer determines the shapes of its weights. Later calls must need the same shapes.
  private mutating func declareWeights(of index: Int) throws(SwiftCNNError) {
    let layer = layers[index]
    let inputs = layer.nodes.map { shape(of: nodes[$0].inputs[0]) }
    let declarations = layer.description.weights(for: inputs[0])
    for input in inputs.dropFirst() where input != inputs[0] {
      let needed = layer.description.weights(for: input).map(\.shape)
      guard needed == declarations.map(\.shape) else {
        throw .invalidValue(
          "layer '\(layer.name)' is called for inputs of the shapes \(Shape.batchText(inputs[0])) and \(Shape.batchText(input)), "
            + "which need weights of different shapes, \(declarations.map { Shape.text($0.shape) }.joined(separator: " ")) and "
            + "\(needed.map(Shape.text).joined(separator: " ")); use a layer of its own for each")
      }
    }
    let first = weights.count
    for declaration in declarations {
      let weight = try Weight(
        "\(layer.name)/\(declaration.name)", declaration, layer.description.weightRules, offset: bufferCount)
      weights.append(weight)
      bufferCount += weight.count.rounded(upTo: 16)
    }
    layers[index].weights = first..<weights.count
  }

  private func checkConnections() throws(SwiftCNNError) {
    guard !outputs.isEmpty, outputs.allSatisfy({ 0..<valueCount ~= $0 }) else {
      throw .invalidValue(
        "the model's outputs are the values \(Shape.text(outputs)); there must be at least one, and there are the values 0 to "
          + "\(valueCount - 1)")
    }
    if let unused = layers.first(where: { $0.nodes.isEmpty }) {
      throw .invalidValue("layer '\(unused.name)' is called by no node; leave it out, or add a node that calls it")
    }
  }
}

// MARK: - Questions

extension Graph {
  var valueCount: Int { inputs.count + nodes.count }
  /// The output of a node.
  func value(of node: Int) -> Int { inputs.count + node }
  /// The node that produces a value; nil for an input of the model.
  func node(of value: Int) -> Int? { value < inputs.count ? nil : value - inputs.count }
  func shape(of value: Int) -> [Int] { node(of: value).map { nodes[$0].outputShape } ?? inputs[value].shape }

  var outputShapes: [[Int]] { outputs.map(shape(of:)) }
  var inputShape: [Int] { inputs[0].shape }
  var outputShape: [Int] { shape(of: outputs[0]) }
  /// The values that determine a layer's random numbers, in a model with this seed.
  func stream(ofLayer layer: Int, seed: UInt64) -> RandomStream {
    streams[layer] ?? RandomStream(seed: seed, layer: layer, firstWeight: layers[layer].weights.lowerBound)
  }

  /// The layer that has a weight.
  func layer(ofWeight weight: Int) -> Int { layers.firstIndex { $0.weights.contains(weight) } ?? 0 }

  /// Whether a layer changes images at random. Such layers are used for augmentation.
  var augments: Bool { layers.contains { $0.description is any AugmentationLayer } }
  var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }

  /// Whether each node reads the value before it, and the last node's value is the only output.
  var isLine: Bool {
    inputs.count == 1 && outputs == [nodes.count] && layers.count == nodes.count
      && nodes.indices.allSatisfy { nodes[$0].layer == $0 && nodes[$0].inputs == [$0] }
  }

  /// The weights that learn if the layers `frozen` do not, in order.
  func learning(frozen: Set<Int>) -> [Weight] {
    layers.enumerated().filter { !frozen.contains($0.offset) }.flatMap { weights[$0.element.weights].filter(\.learns) }
  }

  /// Indices of the weights that gradients can reach. The optimizer keeps moments of these.
  var learnable: [Int] { weights.indices.filter { weights[$0].learns } }

  /// The nodes in depth-first order from the outputs. The inputs of a node come before it, the first input first. So the values
  /// of a branch are read soon after they are computed.
  var depthFirst: [Int] {
    var order: [Int] = []
    var isDone = Array(repeating: false, count: nodes.count)
    for output in outputs {
      var waiting = node(of: output).map { [$0] } ?? []
      while let next = waiting.last {
        let missing = nodes[next].inputs.lazy.compactMap(node(of:)).first { !isDone[$0] }
        if let missing, !isDone[next] {
          waiting.append(missing)
          continue
        }
        waiting.removeLast()
        if !isDone[next] { order.append(next) }
        isDone[next] = true
      }
    }
    return order
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

/// Gives each layer a unique name, as Keras does: dense, dense_1, dense_2.
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
