/// A depthwise convolution, then a 1 x 1 convolution that mixes the channels, then bias and activation.
///
/// Input (batch, H, W, channels), output (batch, H', W', filters); the depthwise kernel is
/// (kH, kW, channels, depthMultiplier), the pointwise one (1, 1, channels · depthMultiplier, filters).
public struct SeparableConv2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Number of output channels, above 0.
  public var filters: Int
  /// Height and width of the depthwise kernel, above 0.
  public var kernelSize: Extent
  /// Rows and columns between neighbouring windows, above 0.
  public var strides: Extent
  /// What happens where windows would cross the edge of the image.
  public var padding: Padding
  /// Rows and columns between neighbouring taps of the kernel, above 0; 1 for none left out.
  public var dilationRate: Extent
  /// Number of outputs of the depthwise convolution for each input channel, above 0.
  public var depthMultiplier: Int
  /// What is applied to the result, after the bias.
  public var activation: ActivationFunction
  /// Whether a bias is added.
  public var useBias: Bool
  /// Initial values of the depthwise kernel.
  public var depthwiseInitializer: WeightInitializer
  /// Initial values of the pointwise kernel.
  public var pointwiseInitializer: WeightInitializer
  /// Initial values of the bias.
  public var biasInitializer: WeightInitializer
  /// The regularizers and constraints of the weights that `ruledWeights` lists.
  public var weightRules = WeightRules()

  /// A layer with Keras's defaults; `filters` and `kernelSize` have none.
  public init(
    _ filters: Int, kernelSize: Extent, strides: Extent = 1, padding: Padding = .valid, dilationRate: Extent = 1,
    depthMultiplier: Int = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
    depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    self.name = name
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilationRate = dilationRate
    self.depthMultiplier = depthMultiplier
    self.activation = activation
    self.useBias = useBias
    self.depthwiseInitializer = WeightInitializer(depthwiseInitializer)
    self.pointwiseInitializer = WeightInitializer(pointwiseInitializer)
    self.biasInitializer = WeightInitializer(biasInitializer)
  }
}

extension SeparableConv2D: CompilableLayer, RuledLayer, ActivatedLayer {
  static let className = "SeparableConv2D"
  static let stem = "separable_conv2d"
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["depthwise", "pointwise", "bias"]
  static let summary = """
    Depthwise convolution, then a 1 x 1 convolution that mixes its outputs, then bias, then activation.

    Shapes: (N, H, W, C) to (N, H', W', filters); the kernels are (kH, kW, C, depth_multiplier) and
    (1, 1, C * depth_multiplier, filters).
    """
  static var settings: [Setting<Self>] {
    [
      .filters(\.filters),
      .kernelSize(\.kernelSize),
      .strides(\.strides),
      .padding(\.padding),
      .dataFormat,
      .dilationRate(\.dilationRate),
      .depthMultiplier(\.depthMultiplier),
      .activation(\.activation),
      .useBias(\.useBias),
      .initializer("depthwise", \.depthwiseInitializer),
      .initializer("pointwise", \.pointwiseInitializer),
      .initializer("bias", \.biasInitializer),
    ]
  }

  /// The first of the two convolutions.
  var depthwise: DepthwiseConv2D {
    DepthwiseConv2D(
      kernelSize: kernelSize, strides: strides, padding: padding, depthMultiplier: depthMultiplier,
      dilationRate: dilationRate, name: name ?? Self.className)
  }

  /// The second convolution, which reads the output of the first.
  func pointwise(on input: [Int]) throws(SwiftCNNError) -> ConvolutionGeometry {
    try ConvolutionGeometry(Conv2D(filters, kernelSize: 1, name: name ?? Self.className), input: input)
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let mixed = try pointwise(on: try depthwise.outputShape(for: input))
    return [mixed.rows.output, mixed.columns.output, mixed.filters]
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let channels = input[2] * depthMultiplier
    let kernels = [
      WeightDeclaration(
        name: "depthwise_kernel", shape: [kernelSize.height, kernelSize.width, input[2], depthMultiplier],
        initializer: depthwiseInitializer, fans: depthwise.depthwiseFans(channels: input[2]), ruledAs: "depthwise"),
      WeightDeclaration(
        name: "pointwise_kernel", shape: [1, 1, channels, filters], initializer: pointwiseInitializer,
        fans: Fans(incoming: channels, outgoing: filters), ruledAs: "pointwise"),
    ]
    return useBias ? kernels + [.bias(filters, biasInitializer)] : kernels
  }
}
