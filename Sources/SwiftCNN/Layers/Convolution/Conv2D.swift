/// Two-dimensional convolution (cross-correlation, as in Keras).
///
/// Input (batch, H, W, channels), output (batch, H', W', filters); the kernel is (kH, kW, channels / groups, filters).
public struct Conv2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Number of output channels, above 0.
  public var filters: Int
  /// Height and width of the kernel, above 0.
  public var kernelSize: Extent
  /// Rows and columns between neighbouring windows, above 0.
  public var strides: Extent
  /// What happens where windows would cross the edge of the image.
  public var padding: Padding
  /// Rows and columns between neighbouring taps of the kernel, above 0; 1 for none left out.
  public var dilationRate: Extent
  /// The number of independent convolutions that the channels and filters are divided into.
  public var groups: Int
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

  /// A layer with Keras's defaults; `filters` and `kernelSize` have none.
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
  /// The weights that `weightRules` may name.
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
