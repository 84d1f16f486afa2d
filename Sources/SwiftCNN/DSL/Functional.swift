/// A symbolic value of a model that is being described: an input, or the output of a layer. It contains no numbers.
///
/// ```swift
/// let image = Input([28, 28, 1])
/// let x = Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)(image)
/// let y = Add()([x, Conv2D(16, kernelSize: 1)(image)])
/// let model = try Model(inputs: [image], outputs: [Dense(10, activation: .softmax)(GlobalAveragePooling2D()(y))])
/// ```
public final class SymbolicTensor: Sendable {
  fileprivate enum Origin: Sendable {
    case input(shape: [Int], name: String?)
    case call(layer: any Layer, identity: Shared?, inputs: [SymbolicTensor])
  }

  fileprivate let origin: Origin

  fileprivate init(_ origin: Origin) { self.origin = origin }

  fileprivate var inputs: [SymbolicTensor] { if case .call(_, _, let inputs) = origin { inputs } else { [] } }
}

/// An input of a model.
/// - Parameter shape: the shape of one sample: (height, width, channels) for images.
// swift-format-ignore: AlwaysUseLowerCamelCase
public func Input(_ shape: [Int], name: String? = nil) -> SymbolicTensor {
  SymbolicTensor(.input(shape: shape, name: name))
}

extension Layer {
  /// The output of the layer for a value. Each call makes a layer of its own. To call one layer several times, use `Shared`.
  public func callAsFunction(_ input: SymbolicTensor) -> SymbolicTensor { self([input]) }

  /// The output of the layer for several values.
  public func callAsFunction(_ inputs: [SymbolicTensor]) -> SymbolicTensor {
    SymbolicTensor(.call(layer: self, identity: nil, inputs: inputs))
  }
}

/// A layer that is called several times with the same weights.
///
/// ```swift
/// let encoder = Shared(Dense(8))
/// let distance = Subtract()([encoder(left), encoder(right)])
/// ```
public final class Shared: Sendable {
  private let layer: any Layer

  /// The layer to be called several times.
  public init(_ layer: any Layer) { self.layer = layer }

  /// The output of the layer for a value. All calls use the same weights.
  public func callAsFunction(_ input: SymbolicTensor) -> SymbolicTensor { self([input]) }

  /// The output of the layer for several values. All calls use the same weights.
  public func callAsFunction(_ inputs: [SymbolicTensor]) -> SymbolicTensor {
    SymbolicTensor(.call(layer: layer, identity: self, inputs: inputs))
  }
}

extension Model {
  /// Builds the model between some inputs and outputs, with new weights.
  ///
  /// - Parameter seed: determines the weights, dropout and shuffling; nil uses a random seed.
  /// - Throws: `invalidValue` if a layer does not fit its inputs, or an output depends on an input that is not in `inputs`.
  public convenience init(
    inputs: [SymbolicTensor], outputs: [SymbolicTensor], name: String = "functional", seed: UInt64? = nil
  ) throws {
    var description = GraphDescription()
    for input in inputs { try description.add(input: input) }
    for output in outputs { try description.add(output) }
    let graph = try Graph(
      name: name, inputs: description.inputs, layers: description.layers, calls: description.calls,
      outputs: outputs.compactMap { description.values[ObjectIdentifier($0)] })
    try self.init(graph: graph, seed: seed ?? UInt64.random(in: .min ... .max))
  }
}

/// Collects the layers and calls that lead to a model's outputs.
private struct GraphDescription {
  private(set) var inputs: [Graph.Input] = []
  private(set) var layers: [any CompilableLayer] = []
  private(set) var calls: [Graph.Call] = []
  /// The number of each value.
  private(set) var values: [ObjectIdentifier: Int] = [:]
  private var shared: [ObjectIdentifier: Int] = [:]

  mutating func add(input: SymbolicTensor) throws(SwiftCNNError) {
    guard case .input(let shape, let name) = input.origin else {
      throw .invalidValue("the inputs of a model must be made by Input(shape)")
    }
    guard values.updateValue(inputs.count, forKey: ObjectIdentifier(input)) == nil else {
      throw .invalidValue("an input is given twice; give each once")
    }
    inputs.append(Graph.Input(name: name ?? (inputs.isEmpty ? "input_layer" : "input_layer_\(inputs.count)"), shape: shape))
  }

  /// Adds the layers that a value depends on, inputs first.
  mutating func add(_ output: SymbolicTensor) throws(SwiftCNNError) {
    var waiting = [output]
    while let tensor = waiting.last {
      if values[ObjectIdentifier(tensor)] != nil {
        waiting.removeLast()
      } else if let missing = tensor.inputs.first(where: { values[ObjectIdentifier($0)] == nil }) {
        waiting.append(missing)
      } else {
        waiting.removeLast()
        try addCall(tensor)
      }
    }
  }

  private mutating func addCall(_ tensor: SymbolicTensor) throws(SwiftCNNError) {
    guard case .call(let layer, let identity, let inputs) = tensor.origin else {
      throw .invalidValue("an output of the model needs an input that is not among the inputs given")
    }
    guard let layer = layer as? any CompilableLayer else {
      throw .invalidValue("\(type(of: layer)) is no layer of this library; use its layers, such as Conv2D and Dense")
    }
    let place = identity.flatMap { shared[ObjectIdentifier($0)] } ?? layers.count
    if place == layers.count { layers.append(layer) }
    if let identity { shared[ObjectIdentifier(identity)] = place }
    calls.append(Graph.Call(layer: place, inputs: inputs.compactMap { values[ObjectIdentifier($0)] }))
    values[ObjectIdentifier(tensor)] = self.inputs.count + calls.count - 1
  }
}
