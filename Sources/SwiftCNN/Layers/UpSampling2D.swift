/// Larger images: every row and column a whole number of times, repeated or interpolated.
///
/// Input (batch, H, W, C), output (batch, H · size.height, W · size.width, C).
public struct UpSampling2D: Layer {
  public var name: String?
  public var size: Extent
  public var interpolation: Interpolation

  public init(size: Extent = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
    self.name = name
    self.size = size
    self.interpolation = interpolation
  }
}

extension UpSampling2D: CompilableLayer {
  static let className = "UpSampling2D"
  static let stem = "up_sampling2d"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["size", "interpolation"])
    self.init(
      size: try config.extent("size", default: 2),
      interpolation: try config.named("interpolation", default: Interpolation.nearest))
  }

  var config: JSON { ["size": size.json, "interpolation": .string(interpolation.rawValue)] }

  func check() throws(SwiftCNNError) { try size.check("size", of: title) }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    let height = try Shape.count([input[0], size.height], of: "\(title): a column of the output")
    let width = try Shape.count([input[1], size.width], of: "\(title): a row of the output")
    try ResamplingAxis.check([height, width], of: title)
    return [height, width, input[2]]
  }
}
