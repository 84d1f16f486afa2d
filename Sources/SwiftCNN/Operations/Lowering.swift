/// A layer that can be turned into operations. Every layer of this module conforms, in a file next to its operations.
protocol LowerableLayer: CompilableLayer {
  /// Adds the operations that compute this layer.
  func lower(into lowering: inout Lowering)
}

extension CompilableLayer {
  /// The layer, with the functions that `Lowering` needs.
  var lowerable: any LowerableLayer {
    guard let layer = self as? any LowerableLayer else {
      preconditionFailure("\(Self.className) has no lowering: every layer of LayerRegistry must conform to LowerableLayer")
    }
    return layer
  }
}

/// Turns layers into operations. Each call of a layer adds its own operations, in order. `shape` is the input shape of the next
/// operation.
struct Lowering {
  /// A value, with the shape of one image that a layer returned it with.
  struct Tensor {
    let value: Int
    let shape: [Int]
  }

  /// Whether layers behave as in training: dropout is applied, and statistics of the batch are used.
  private(set) var isTraining = false
  private let seed: UInt64
  /// Index of the layer that is being lowered, and the number of its calls before this one.
  private(set) var layer = 0
  private var call = 0
  /// The inputs of the layer.
  private(set) var inputs: [Tensor] = []
  /// The current value: first the layer's first input, then the output of its latest operation.
  private var current = Tensor(value: 0, shape: [])
  private(set) var operations: [any Operation] = []
  /// Elements of each value in one image; the model's inputs come first.
  private(set) var valueElements: [Int]
  private var weightOffsets: [Int] = []
  /// Whether the weights of the current layer do not learn.
  private(set) var isFrozen = false
  /// For each value of the graph, the tensor that it became.
  private(set) var tensors: [Tensor?]
  let graph: Graph

  init(_ graph: Graph, frozen: Set<Int>, behavior: LayerBehavior, seed: UInt64) {
    self.graph = graph
    self.seed = seed
    valueElements = graph.inputs.map { $0.shape.reduce(1, *) }
    tensors = graph.inputs.enumerated().map { Tensor(value: $0.offset, shape: $0.element.shape) }
    tensors += graph.nodes.map { _ in nil }
    for index in graph.depthFirst {
      let node = graph.nodes[index]
      let description = graph.layers[node.layer].description
      (layer, call) = (node.layer, node.call)
      isTraining = behavior == .training || behavior == .augmentation && description is any AugmentationLayer
      isFrozen = frozen.contains(layer)
      weightOffsets = graph.weights[graph.layers[layer].weights].map(\.offset)
      inputs = node.inputs.compactMap { tensors[$0] }
      current = inputs[0]
      description.lowerable.lower(into: &self)
      tensors[graph.value(of: index)] = current
    }
  }

  /// The shape of the current value, for one image.
  var shape: [Int] { current.shape }

  /// Adds an operation on the current value. `make` receives the operation's values and the offsets of the layer's weights.
  mutating func add(output: [Int], _ make: (OperationValues, _ weights: [Int]) -> any Operation) {
    add(from: [current], output: output, make)
  }

  /// Adds an operation on inputs of the layer, or on outputs of its operations.
  mutating func add(
    from tensors: [Tensor], output: [Int], _ make: (OperationValues, _ weights: [Int]) -> any Operation
  ) {
    let elements = output.reduce(1, *)
    let values = OperationValues(
      layer: layer, call: call, inputs: tensors.map(\.value), outputs: [valueElements.count],
      inputElements: valueElements[tensors[0].value], outputElements: elements, isFrozen: isFrozen)
    operations.append(make(values, weightOffsets))
    current = Tensor(value: valueElements.count, shape: output)
    valueElements.append(elements)
  }

  /// Changes the shape of the current value. The elements stay the same.
  mutating func reshape(_ shape: [Int]) { current = Tensor(value: current.value, shape: shape) }

  /// The source of random numbers for the layer that is being lowered. Each call of the layer has different numbers.
  /// - Parameter seed: the layer's own seed, or nil for the seed of its model.
  func randomKey(seed own: UInt64?) -> (layer: Int, seed: UInt64) {
    let stream = graph.stream(ofLayer: layer, seed: seed)
    return (stream.layer, (own ?? stream.seed) &+ UInt64(call) &* 0x9E37_79B9_7F4A_7C15)
  }

  func random(seed own: UInt64?) -> LayerRandom {
    let key = randomKey(seed: own)
    return LayerRandom(seed: key.seed, layer: key.layer)
  }
}
