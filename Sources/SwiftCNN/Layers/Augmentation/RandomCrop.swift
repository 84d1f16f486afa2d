/// In training, cuts a part of this size out of every image, at a place that is drawn. Otherwise, and from images that are
/// too small, takes the largest part in the middle with this aspect ratio, resized (bilinear).
///
/// Input (batch, H, W, channels), output (batch, height, width, channels).
public struct RandomCrop: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Height of the output, in pixels; above 0.
  public var height: Int
  /// Width of the output, in pixels; above 0.
  public var width: Int
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer whose output has this size, in pixels.
  public init(height: Int, width: Int, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.height = height
    self.width = width
    self.seed = seed
  }
}

extension RandomCrop: AugmentationLayer {
  static let className = "RandomCrop"
  static let stem = "random_crop"
  static let summary = """
    Cuts a part out of each image, during training at a random place.

    Otherwise, and from images that are too small, it takes the largest part in the middle with the output's aspect ratio and
    resizes it (bilinear). Shapes: (N, H, W, C) to (N, height, width, C).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("height", \.height, .positive, isRequired: true, doc: "height of the output, in pixels."),
      Setting("width", \.width, .positive, isRequired: true, doc: "width of the output, in pixels."),
      .seed(\.seed),
      .dataFormat,
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    _ = try Shape.count([height, width, max(input[0], input[1])], of: "\(title): the output")
    return [height, width, input[2]]
  }
}
