/// An activation as a layer of its own. Output shape = input shape.
public struct Activation: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// The function that is applied.
  public var function: ActivationFunction

  /// A layer that applies this function.
  public init(_ function: ActivationFunction, name: String? = nil) {
    self.name = name
    self.function = function
  }
}

extension Activation: CompilableLayer {
  static let className = "Activation"
  static let stem = "activation"
  static let summary = """
    Applies an activation to each value, or softmax to the last axis.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "activation", \.function, isRequired: true,
        doc: "a name: \(ActivationFunction.names). Or a function of `swiftcnn.activations`, or a layer such as `LeakyReLU`. "
          + "leaky_relu has the slope 0.2; elu and celu have the alpha 1; gelu is exact.")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

extension Activation: ActivatedLayer {
  var activation: ActivationFunction { function }
}
