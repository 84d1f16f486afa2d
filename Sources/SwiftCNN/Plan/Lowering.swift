/// Turns layers into operations. Each layer adds its own, in order; `shape` is what the next one receives.
struct Lowering {
  /// Whether the layer does what it does in training only: dropout, statistics of the batch.
  private(set) var isTraining = false
  let seed: UInt64
  /// Index of the layer that is being lowered.
  private(set) var layer = 0
  /// Shape of the current value, one image.
  private(set) var shape: [Int]
  private(set) var operations: [any Operation] = []
  /// Elements of each value an image; value 0 is the model's input.
  private(set) var valueElements: [Int]
  private var weightOffsets: [Int] = []
  /// Whether that layer's weights are not to learn.
  private(set) var isFrozen = false

  init(_ graph: Graph, frozen: Set<Int>, behavior: LayerBehavior, seed: UInt64) {
    self.seed = seed
    shape = graph.inputShape
    valueElements = [shape.reduce(1, *)]
    for (index, node) in graph.nodes.enumerated() {
      layer = index
      isTraining = behavior == .training || behavior == .augmentation && node.layer is any AugmentationLayer
      isFrozen = frozen.contains(index)
      weightOffsets = graph.weights[node.weights].map(\.offset)
      node.layer.lower(into: &self)
    }
  }

  /// Adds an operation on the current value; `make` receives its values and the offsets of the layer's weights.
  mutating func add(output: [Int], _ make: (OperationValues, _ weights: [Int]) -> any Operation) {
    let elements = output.reduce(1, *)
    let values = OperationValues(
      layer: layer, input: valueElements.count - 1, output: valueElements.count,
      inputElements: valueElements[valueElements.count - 1], outputElements: elements, isFrozen: isFrozen)
    operations.append(make(values, weightOffsets))
    valueElements.append(elements)
    shape = output
  }

  mutating func add(_ activation: ActivationFunction) {
    if activation == .linear { return }
    if let layer = activation.layer { return layer.lower(into: &self) }
    let columns = shape[shape.count - 1]
    add(output: shape) { values, _ in
      if let (code, parameter) = activation.kernel { return ActivationOperation(values, code: code, parameter: parameter) }
      return activation == .softmax ? SoftmaxOperation(values, columns: columns) : LogSoftmaxOperation(values, columns: columns)
    }
  }

  /// The same elements under another shape.
  mutating func reshape(_ shape: [Int]) { self.shape = shape }
}
