/// Fully connected layer: output = activation(input · kernel + bias) over the last axis.
///
/// Input (batch, …, n), output (batch, …, units); the kernel is (n, units).
public struct Dense: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Number of outputs, above 0.
  public var units: Int
  /// What is applied to the result, after the bias.
  public var activation: ActivationFunction
  /// Whether a bias is added.
  public var useBias: Bool
  /// Initial values of the kernel.
  public var kernelInitializer: WeightInitializer
  /// Initial values of the bias.
  public var biasInitializer: WeightInitializer
  /// The regularizers and constraints of the weights that `ruledWeights` lists.
  public var weightRules = WeightRules()

  /// A layer with Keras's defaults; `units` has none.
  public init(
    _ units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    self.name = name
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = WeightInitializer(kernelInitializer)
    self.biasInitializer = WeightInitializer(biasInitializer)
  }
}

extension Dense: CompilableLayer, RuledLayer, WeightedLayer {
  static let className = "Dense"
  static let stem = "dense"
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["kernel", "bias"]
  static let summary = """
    Fully connected layer: `activation(input @ kernel + bias)` over the last axis.

    Shapes: (N, ..., inputs) to (N, ..., units); the kernel is (inputs, units).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("units", \.units, .positive, isRequired: true, doc: "number of outputs.")
    ] + Setting.weightOptions
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard let inputs = input.last, inputs > 0 else {
      throw .invalidValue("\(title) expects at least one feature, got an input of shape \(Shape.text(input))")
    }
    _ = try Shape.count([inputs, units], of: "\(title): the kernel")
    return input.dropLast() + [units]
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let inputs = input[input.count - 1]
    let kernel = WeightDeclaration(
      name: "kernel", shape: [inputs, units], initializer: kernelInitializer, fans: Fans(incoming: inputs, outgoing: units))
    return useBias ? [kernel, .bias(units, biasInitializer)] : [kernel]
  }
}
