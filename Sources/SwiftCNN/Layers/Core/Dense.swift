/// Fully connected layer: output = activation(input · kernel + bias) over the last axis.
///
/// Input (batch, …, n), output (batch, …, units); the kernel is (n, units).
public struct Dense: Layer {
  public var name: String?
  public var units: Int
  public var activation: ActivationFunction
  public var useBias: Bool
  public var kernelInitializer: WeightInitializer
  public var biasInitializer: WeightInitializer
  public var weightRules = WeightRules()

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
