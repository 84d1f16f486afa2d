/// Convolution of every channel by itself.
///
/// Input (batch, H, W, channels), output (batch, H', W', channels · depthMultiplier), those of a channel side by side; the
/// kernel is (kH, kW, channels, depthMultiplier).
public struct DepthwiseConv2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Height and width of the kernel, above 0.
  public var kernelSize: Extent
  /// Rows and columns between neighbouring windows, above 0.
  public var strides: Extent
  /// What happens where windows would cross the edge of the image.
  public var padding: Padding
  /// Number of output channels for each input channel, above 0.
  public var depthMultiplier: Int
  /// Rows and columns between neighbouring taps of the kernel, above 0; 1 for none left out.
  public var dilationRate: Extent
  /// What is applied to the result, after the bias.
  public var activation: ActivationFunction
  /// Whether a bias is added.
  public var useBias: Bool
  /// Initial values of the depthwise kernel.
  public var depthwiseInitializer: WeightInitializer
  /// Initial values of the bias.
  public var biasInitializer: WeightInitializer
  /// The regularizers and constraints of the weights that `ruledWeights` lists.
  public var weightRules = WeightRules()

  /// A layer with Keras's defaults; `kernelSize` has none.
  public init(
    kernelSize: Extent, strides: Extent = 1, padding: Padding = .valid, depthMultiplier: Int = 1, dilationRate: Extent = 1,
    activation: ActivationFunction = .linear, useBias: Bool = true, depthwiseInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    self.name = name
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.depthMultiplier = depthMultiplier
    self.dilationRate = dilationRate
    self.activation = activation
    self.useBias = useBias
    self.depthwiseInitializer = WeightInitializer(depthwiseInitializer)
    self.biasInitializer = WeightInitializer(biasInitializer)
  }
}

extension DepthwiseConv2D: CompilableLayer, RuledLayer, ActivatedLayer {
  static let className = "DepthwiseConv2D"
  static let stem = "depthwise_conv2d"
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["depthwise", "bias"]
  static let summary = """
    2-D convolution of each channel by itself, then bias, then activation.

    Shapes: (N, H, W, C) to (N, H', W', C * depth_multiplier); the kernel is (kH, kW, C, depth_multiplier).
    """
  static var settings: [Setting<Self>] {
    [
      .kernelSize(\.kernelSize),
      .strides(\.strides),
      .padding(\.padding),
      .depthMultiplier(\.depthMultiplier),
      .dataFormat,
      .dilationRate(\.dilationRate),
      .activation(\.activation),
      .useBias(\.useBias),
      .initializer("depthwise", \.depthwiseInitializer),
      .initializer("bias", \.biasInitializer),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let geometry = try geometry(for: input)
    return [geometry.rows.output, geometry.columns.output, geometry.filters]
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let kernel = WeightDeclaration(
      name: "kernel", shape: [kernelSize.height, kernelSize.width, input[2], depthMultiplier],
      initializer: depthwiseInitializer, fans: depthwiseFans(channels: input[2]), ruledAs: "depthwise")
    return useBias ? [kernel, .bias(input[2] * depthMultiplier, biasInitializer)] : [kernel]
  }
}

extension DepthwiseConv2D {
  /// The convolution has one group for each channel.
  func geometry(for input: [Int]) throws(SwiftCNNError) -> ConvolutionGeometry {
    let name = name ?? Self.className
    let channels = input.count == 3 ? input[2] : 1
    let layer = Conv2D(
      try Shape.count([channels, depthMultiplier], of: "\(name): the channels"), kernelSize: kernelSize, strides: strides,
      padding: padding, dilationRate: dilationRate, groups: channels, name: name)
    return try ConvolutionGeometry(layer, input: input)
  }

  /// As in Keras: computed as if every output used all channels.
  func depthwiseFans(channels: Int) -> Fans {
    let area = kernelSize.height * kernelSize.width
    return Fans(incoming: area * channels, outgoing: area * depthMultiplier)
  }
}
