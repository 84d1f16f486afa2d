/// Images of another size. Input (batch, H, W, C), output (batch, height, width, C).
public struct Resizing: Layer {
  /// How images are treated that have another aspect ratio than the output.
  public enum Fit: Sendable, Equatable {
    /// The image is stretched.
    case stretch
    /// The largest part with the output's aspect ratio is cut from the middle.
    case crop
    /// The image is padded with this value.
    case pad(Double)
  }

  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Height of the output, in pixels; above 0.
  public var height: Int
  /// Width of the output, in pixels; above 0.
  public var width: Int
  /// How values between pixels are computed.
  public var interpolation: Interpolation
  var crops: Bool
  var pads: Bool
  var fillValue: Double
  /// Whether the pixels of a smaller image are means over all pixels that they cover, instead of over the nearest ones.
  public var antialias: Bool

  /// A layer with Keras's defaults; `height` and `width` have none.
  public init(
    height: Int, width: Int, interpolation: Interpolation = .bilinear, fit: Fit = .stretch, antialias: Bool = false,
    name: String? = nil
  ) {
    self.name = name
    self.height = height
    self.width = width
    self.interpolation = interpolation
    (crops, pads, fillValue) = (false, false, 0)
    self.antialias = antialias
    self.fit = fit
  }

  /// How images are treated that have another aspect ratio than the output.
  public var fit: Fit {
    get { crops ? .crop : pads ? .pad(fillValue) : .stretch }
    set {
      crops = newValue == .crop
      if case .pad(let value) = newValue { (pads, fillValue) = (true, value) } else { pads = false }
    }
  }
}

extension Resizing: CompilableLayer {
  static let className = "Resizing"
  static let stem = "resizing"
  static let summary = """
    Resizes each image.

    Shapes: (N, H, W, C) to (N, height, width, C).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("height", \.height, .imageSize, isRequired: true, doc: "height of the output, in pixels."),
      Setting("width", \.width, .imageSize, isRequired: true, doc: "width of the output, in pixels."),
      .interpolation(\.interpolation),
      Setting(
        "crop_to_aspect_ratio", \.crops,
        doc: "True cuts the largest part with the output's aspect ratio from the middle first, instead of stretching the image."),
      Setting(
        "pad_to_aspect_ratio", \.pads,
        doc: "True surrounds the image to the output's aspect ratio first, instead of stretching it."),
      Setting("fill_mode", \.fillMode, doc: "how `pad_to_aspect_ratio` fills the border."),
      Setting(
        "fill_value", \.fillValue, Requirement("a number that float32 can hold") { Float($0).isFinite },
        doc: "value of that border."),
      Setting(
        "antialias", \.antialias, doc: "True averages all pixels that a pixel of a smaller image covers, with \"bilinear\"."),
      .dataFormat,
    ]
  }

  /// Keras has no other here.
  fileprivate enum BorderMode: String, SettingChoice { case constant }

  fileprivate var fillMode: BorderMode {
    get { .constant }
    set {}
  }

  func checkTogether() throws(SwiftCNNError) {
    guard !(crops && pads) else {
      throw .invalidValue("\(title) has both crop_to_aspect_ratio and pad_to_aspect_ratio; choose one")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    try ResamplingAxis.check([input[0], input[1]], of: title)
    if let placement = fit.placement(of: input, height: height, width: width) {
      _ = try Shape.count(placement.outputShape, of: "\(title): an image of the output's shape")
      try ResamplingAxis.check([placement.outputShape[0], placement.outputShape[1]], of: title)
    }
    return [height, width, input[2]]
  }
}

extension Resizing.Fit {
  /// The rows and columns to crop or add before an image of shape `input` is resized; nil if none. It is rounded as in Keras.
  func placement(of input: [Int], height: Int, width: Int) -> Placement? {
    func fitted(_ size: Int, _ target: Int, _ other: Int) -> Int { Int(min(0x1p40, Float(size) * Float(target) / Float(other))) }
    var output = input
    switch self {
    case .stretch: return nil
    case .crop:
      output[0] = max(1, min(input[0], fitted(input[1], height, width)))
      output[1] = max(1, min(input[1], fitted(input[0], width, height)))
    case .pad:
      output[0] += max(0, fitted(input[1], height, width) - input[0]) / 2 * 2
      output[1] += max(0, fitted(input[0], width, height) - input[1]) / 2 * 2
    }
    if output == input { return nil }
    // Rounded toward zero: crops remove the smaller half first, and padding is even.
    return Placement(from: input, to: output, top: (output[0] - input[0]) / 2, left: (output[1] - input[1]) / 2)
  }
}
