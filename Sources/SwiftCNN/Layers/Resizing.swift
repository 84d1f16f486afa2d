/// Images of another size. Input (batch, H, W, C), output (batch, height, width, C).
public struct Resizing: Layer {
  /// What becomes of the shape of an image where it is not the output's.
  public enum Fit: Sendable, Equatable {
    /// The image is stretched.
    case stretch
    /// The largest part of the output's shape is cut from the middle.
    case crop
    /// The image is surrounded with this value.
    case pad(Double)
  }

  public var name: String?
  public var height: Int
  public var width: Int
  public var interpolation: Interpolation
  public var fit: Fit
  /// Whether a smaller image takes the mean of all pixels that it covers, instead of the nearest ones.
  public var antialias: Bool

  public init(
    height: Int, width: Int, interpolation: Interpolation = .bilinear, fit: Fit = .stretch, antialias: Bool = false,
    name: String? = nil
  ) {
    self.name = name
    self.height = height
    self.width = width
    self.interpolation = interpolation
    self.fit = fit
    self.antialias = antialias
  }
}

extension Resizing: CompilableLayer {
  static let className = "Resizing"
  static let stem = "resizing"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly([
      "height", "width", "interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode", "fill_value", "antialias",
    ])
    let fillMode = try config.string("fill_mode", default: "constant")
    guard fillMode == "constant" else {
      throw config.complaint("has fill_mode '\(fillMode)'; the only one is 'constant'")
    }
    self.init(
      height: try config.integer("height"), width: try config.integer("width"),
      interpolation: try config.named("interpolation", default: Interpolation.bilinear), fit: try Fit(config),
      antialias: try config.bool("antialias", default: false))
  }

  var config: JSON {
    [
      "height": .integer(height), "width": .integer(width), "interpolation": .string(interpolation.rawValue),
      "crop_to_aspect_ratio": .bool(fit == .crop), "pad_to_aspect_ratio": .bool(fit.fill != nil), "fill_mode": "constant",
      "fill_value": .number(fit.fill ?? 0), "antialias": .bool(antialias),
    ]
  }

  func check() throws(SwiftCNNError) {
    try Extent(height, width).check("height and width", of: title)
    try ResamplingAxis.check([height, width], of: title)
    guard Float(fit.fill ?? 0).isFinite else {
      throw .invalidValue("\(title): fill_value must be finite in float32, got \(fit.fill ?? 0)")
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
  fileprivate init(_ config: JSON.Field) throws(SwiftCNNError) {
    let crops = try config.bool("crop_to_aspect_ratio", default: false)
    let pads = try config.bool("pad_to_aspect_ratio", default: false)
    guard !(crops && pads) else {
      throw config.complaint("asks for both crop_to_aspect_ratio and pad_to_aspect_ratio; choose one")
    }
    self = crops ? .crop : pads ? .pad(try config.number("fill_value", default: 0)) : .stretch
  }

  var fill: Double? { if case .pad(let value) = self { value } else { nil } }

  /// What is to be cut or added before an image of shape `input` is stretched; nil if nothing. The rounding is Keras's.
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
    // Toward zero: crops drop the smaller half before, and padding is even.
    return Placement(from: input, to: output, top: (output[0] - input[0]) / 2, left: (output[1] - input[1]) / 2)
  }
}
