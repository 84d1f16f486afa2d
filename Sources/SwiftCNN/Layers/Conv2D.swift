/// Two-dimensional convolution (cross-correlation, as in Keras).
///
/// Input (batch, H, W, channels), output (batch, H', W', filters); the kernel is (kH, kW, channels / groups, filters).
public struct Conv2D: Layer {
  public var name: String?
  public var filters: Int
  public var kernelSize: Extent
  public var strides: Extent
  public var padding: Padding
  public var dilationRate: Extent
  /// The channels and the filters fall into this many independent convolutions.
  public var groups: Int
  public var activation: ActivationFunction
  public var useBias: Bool
  public var kernelInitializer: WeightInitializer
  public var biasInitializer: WeightInitializer
  public var weightRules = WeightRules()

  public init(
    _ filters: Int, kernelSize: Extent, strides: Extent = 1, padding: Padding = .valid, dilationRate: Extent = 1,
    groups: Int = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    self.name = name
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilationRate = dilationRate
    self.groups = groups
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = WeightInitializer(kernelInitializer)
    self.biasInitializer = WeightInitializer(biasInitializer)
  }
}

extension Conv2D: CompilableLayer, RuledLayer {
  static let className = "Conv2D"
  static let stem = "conv2d"
  public static let ruledWeights = ["kernel", "bias"]

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly([
      "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "activation", "use_bias",
      "kernel_initializer", "bias_initializer",
    ])
    self.init(try config.integer("filters"), kernelSize: try config.extent("kernel_size"))
    strides = try config.extent("strides", default: 1)
    padding = try config.padding("padding")
    dilationRate = try config.extent("dilation_rate", default: 1)
    groups = try config.integer("groups", default: 1)
    try readWeightOptions(config)
  }

  var config: JSON {
    [
      "filters": .integer(filters), "kernel_size": kernelSize.json, "strides": strides.json,
      "padding": .string(padding.rawValue), "dilation_rate": dilationRate.json, "groups": .integer(groups),
      "activation": activation.json, "use_bias": .bool(useBias),
      "kernel_initializer": kernelInitializer.json, "bias_initializer": biasInitializer.json,
    ]
  }

  func check() throws(SwiftCNNError) {
    guard filters > 0 else { throw .invalidValue("\(title): filters must be a positive integer, got \(filters)") }
    try kernelSize.check("kernel_size", of: title)
    try strides.check("strides", of: title)
    try dilationRate.check("dilation_rate", of: title)
    guard groups > 0, filters % groups == 0 else {
      throw .invalidValue("\(title): groups must divide the filters; got groups=\(groups) with \(filters) filters")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let geometry = try ConvolutionGeometry(self, input: input)
    return [geometry.rows.output, geometry.columns.output, filters]
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let area = kernelSize.height * kernelSize.width
    let channels = input[2] / groups
    let kernel = WeightDeclaration(
      name: "kernel", shape: [kernelSize.height, kernelSize.width, channels, filters], initializer: kernelInitializer,
      fans: Fans(incoming: area * channels, outgoing: area * filters))
    return useBias ? [kernel, .bias(filters, biasInitializer)] : [kernel]
  }
}

extension WeightDeclaration {
  static func bias(_ count: Int, _ initializer: WeightInitializer) -> WeightDeclaration {
    WeightDeclaration(name: "bias", shape: [count], initializer: initializer, fans: Fans(incoming: count, outgoing: count))
  }
}

/// What Conv2D and Dense have in common.
protocol WeightedLayer: ActivatedLayer {
  var activation: ActivationFunction { get set }
  var useBias: Bool { get set }
  var kernelInitializer: WeightInitializer { get set }
  var biasInitializer: WeightInitializer { get set }
}

extension WeightedLayer {
  mutating func readWeightOptions(_ config: JSON.Field) throws(SwiftCNNError) {
    if let field = config["activation"] { activation = try ActivationFunction(field) }
    useBias = try config.bool("use_bias", default: true)
    if let field = config["kernel_initializer"] { kernelInitializer = try WeightInitializer(field) }
    if let field = config["bias_initializer"] { biasInitializer = try WeightInitializer(field) }
  }
}

extension Conv2D: WeightedLayer {}
