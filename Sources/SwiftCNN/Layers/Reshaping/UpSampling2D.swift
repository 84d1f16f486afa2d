/// Larger images: every row and column a whole number of times, repeated or interpolated.
///
/// Input (batch, H, W, C), output (batch, H · size.height, W · size.width, C).
public struct UpSampling2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Factors of height and width, above 0.
  public var size: Extent
  /// How values between pixels are computed.
  public var interpolation: Interpolation

  /// A layer with Keras's defaults.
  public init(size: Extent = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
    self.name = name
    self.size = size
    self.interpolation = interpolation
  }
}

extension UpSampling2D: CompilableLayer {
  static let className = "UpSampling2D"
  static let stem = "up_sampling2d"
  static let summary = """
    Enlarges each image by whole factors.

    Shapes: (N, H, W, C) to (N, H * height, W * width, C).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("size", \.size, .positive, doc: "factors: one integer, or (height, width)."),
      .dataFormat,
      .interpolation(\.interpolation),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    let height = try Shape.count([input[0], size.height], of: "\(title): a column of the output")
    let width = try Shape.count([input[1], size.width], of: "\(title): a row of the output")
    try ResamplingAxis.check([height, width], of: title)
    return [height, width, input[2]]
  }
}
