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

extension Conv2D: CompilableLayer, RuledLayer, WeightedLayer {
  static let className = "Conv2D"
  static let stem = "conv2d"
  public static let ruledWeights = ["kernel", "bias"]
  static let summary = """
    2-D convolution (cross-correlation, as in Keras), then bias, then activation.

    Shapes: (N, H, W, C) to (N, H', W', filters); the kernel is (kH, kW, C / groups, filters).
    """
  static var settings: [Setting<Self>] {
    [
      .filters(\.filters),
      .kernelSize(\.kernelSize),
      .strides(\.strides),
      .padding(\.padding),
      .dataFormat,
      .dilationRate(\.dilationRate),
      Setting(
        "groups", \.groups, .positive,
        doc: "number of groups that channels and filters are divided into; each is convolved alone."),
    ] + Setting.weightOptions
  }

  func checkTogether() throws(SwiftCNNError) {
    guard filters % groups == 0 else {
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
