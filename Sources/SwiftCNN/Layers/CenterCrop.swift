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

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["height", "width"])
    self.init(height: try config.integer("height"), width: try config.integer("width"))
  }

  var config: JSON { ["height": .integer(height), "width": .integer(width)] }

  func check() throws(SwiftCNNError) {
    try Extent(height, width).check("height and width", of: title)
    try ResamplingAxis.check([height, width], of: title)
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    try ResamplingAxis.check([input[0], input[1]], of: title)
    return [height, width, input[2]]
  }
}
