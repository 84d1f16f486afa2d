/// The middle of each image. If an image is too small, its largest part in the middle with this aspect ratio is resized
/// (bilinear).
///
/// Input (batch, H, W, C), output (batch, height, width, C).
public struct CenterCrop: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Height of the output, in pixels; above 0.
  public var height: Int
  /// Width of the output, in pixels; above 0.
  public var width: Int

  /// A layer whose output has this size, in pixels.
  public init(height: Int, width: Int, name: String? = nil) {
    self.name = name
    self.height = height
    self.width = width
  }
}

extension CenterCrop: CompilableLayer {
  static let className = "CenterCrop"
  static let stem = "center_crop"
  static let summary = """
    Cuts the middle out of each image. Of images that are too small, it takes the largest part in the middle with the output's
    aspect ratio and resizes it (bilinear).

    Shapes: (N, H, W, C) to (N, height, width, C).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("height", \.height, .imageSize, isRequired: true, doc: "height of the output, in pixels."),
      Setting("width", \.width, .imageSize, isRequired: true, doc: "width of the output, in pixels."),
      .dataFormat,
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    try ResamplingAxis.check([input[0], input[1]], of: title)
    return [height, width, input[2]]
  }
}
