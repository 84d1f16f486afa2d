/// The transpose of a convolution. It maps the output shape of a `Conv2D` to its input shape. Each input pixel is multiplied with
/// the kernel, and the overlapping results are added.
///
/// Input (batch, H, W, channels), output (batch, H', W', filters); the kernel is (kH, kW, filters, channels).
/// Reference: Zeiler et al., "Deconvolutional networks", CVPR 2010.
public struct Conv2DTranspose: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Number of output channels, above 0.
  public var filters: Int
  /// Height and width of the kernel, above 0.
  public var kernelSize: Extent
  /// Rows and columns of the output between the windows of neighbouring input pixels, above 0.
  public var strides: Extent
  /// `valid` keeps all that the kernel reaches; `same` gives an output of input · stride.
  public var padding: Padding
  /// Rows and columns added to the smallest output, since several inputs of a convolution have the same output; nil chooses.
  public var outputPadding: Extent?
  /// Rows and columns between neighbouring taps of the kernel, above 0; more than 1 only without strides.
  public var dilationRate: Extent
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
    _ filters: Int, kernelSize: Extent, strides: Extent = 1, padding: Padding = .valid, outputPadding: Extent? = nil,
    dilationRate: Extent = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    self.name = name
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilationRate = dilationRate
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = WeightInitializer(kernelInitializer)
    self.biasInitializer = WeightInitializer(biasInitializer)
  }
}

extension Conv2DTranspose: CompilableLayer, RuledLayer, WeightedLayer {
  static let className = "Conv2DTranspose"
  static let stem = "conv2d_transpose"
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["kernel", "bias"]
  static let summary = """
    Transpose of a convolution, for larger images: each input pixel times the kernel is added to a window of the output.

    Reference: Zeiler et al., 2010. Shapes: (N, H, W, C) to (N, H', W', filters); the kernel is (kH, kW, filters, C).
    """
  static var settings: [Setting<Self>] {
    [
      .filters(\.filters),
      .kernelSize(\.kernelSize),
      .strides(\.strides),
      Setting(
        "padding", \.padding,
        doc: "\"valid\" keeps all that the kernel reaches; \"same\" gives an output of input * stride."),
      Setting(
        "output_padding", optional: \.outputPadding,
        doc: "rows and columns added to the smallest output, each less than the stride; None chooses as Keras does."),
      .dataFormat,
      Setting(
        "dilation_rate", \.dilationRate, .positive,
        doc: "distance between neighbouring taps of the kernel: one integer, or (height, width); above 1 only without strides."),
    ] + Setting.weightOptions
  }

  func checkTogether() throws(SwiftCNNError) {
    let isStrided = max(strides.height, strides.width) > 1
    guard !isStrided || max(dilationRate.height, dilationRate.width) == 1 else {
      throw .invalidValue("\(title): strides and dilation_rate cannot both be larger than 1; leave one of them at 1")
    }
    guard let outputPadding else { return }
    let sides = [("height", outputPadding.height, strides.height), ("width", outputPadding.width, strides.width)]
    for (side, extra, stride) in sides where !(0..<stride).contains(extra) {
      throw .invalidValue(
        "\(title): output_padding must be from 0 to the stride - 1 (\(stride - 1)), got \(extra) for the \(side)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let geometry = try geometry(for: input)
    return [geometry.rows.input, geometry.columns.input, filters]
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let shape = [kernelSize.height, kernelSize.width, filters, input[2]]
    let kernel = WeightDeclaration(name: "kernel", shape: shape, initializer: kernelInitializer, fans: Fans(ofKernel: shape))
    return useBias ? [kernel, .bias(filters, biasInitializer)] : [kernel]
  }
}

// MARK: - Sizes

extension Conv2DTranspose {
  /// The geometry of the convolution that this layer transposes: from the output of this layer to its input.
  func geometry(for input: [Int]) throws(SwiftCNNError) -> ConvolutionGeometry {
    try requireImages(input)
    let height = try outputSize(
      input[0], kernelSize.height, strides.height, dilationRate.height, outputPadding?.height, what: "height")
    let width = try outputSize(
      input[1], kernelSize.width, strides.width, dilationRate.width, outputPadding?.width, what: "width")
    _ = try Shape.count([height, width, filters], of: "the output of \(title)")
    let convolution = Conv2D(
      input[2], kernelSize: kernelSize, strides: strides, padding: padding, dilationRate: dilationRate, name: title)
    return try ConvolutionGeometry(convolution, input: [height, width, filters])
  }

  /// Keras's choice: with 'same', `strides` times the input; with 'valid', as far as the kernel reaches.
  private func outputSize(
    _ input: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ extra: Int?, what: String
  ) throws(SwiftCNNError) -> Int {
    let reach = try Shape.count([kernel - 1, dilation], of: "\(title): the dilated kernel") + 1
    let strided = try Shape.count([input, stride], of: "the output of \(title)") - stride
    switch padding {
    case .valid: return strided + reach + (extra ?? max(0, stride - reach))
    case .same:
      guard let extra else { return strided + stride }
      guard reach % 2 + extra > 0 else {
        throw .invalidValue(
          "\(title): output_padding 0 with an even kernel and padding='same' leaves the \(what) without an output of the last "
            + "input; use a larger output_padding, or None")
      }
      return strided + reach % 2 + extra
    }
  }
}
