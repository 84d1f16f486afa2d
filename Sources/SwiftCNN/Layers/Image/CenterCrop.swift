/// The middle of each image. Of an image that is too small, the largest part in the middle with this aspect ratio, resized
/// (bilinear).
///
/// Input (batch, H, W, C), output (batch, height, width, C).
public struct CenterCrop: Layer {
  public var name: String?
  public var height: Int
  public var width: Int

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
