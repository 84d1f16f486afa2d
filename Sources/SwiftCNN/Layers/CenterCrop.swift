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

  func lower(into lowering: inout Lowering) {
    let input = lowering.shape
    let part = part(of: input)
    if part != input {
      // The smaller half of what is cut is cut before.
      let placement = Placement(from: input, to: part, top: -((input[0] - part[0]) / 2), left: -((input[1] - part[1]) / 2))
      lowering.add(output: part) { values, _ in PadCropOperation(values, placement) }
    }
    lowering.resize(to: [height, width, input[2]], .bilinear, antialias: false)
  }

  /// The shape of what is kept. The rounding is Keras's.
  private func part(of input: [Int]) -> [Int] {
    if input[0] >= height && input[1] >= width { return [height, width, input[2]] }
    func fitted(_ size: Int, _ target: Int, _ other: Int, _ limit: Int) -> Int {
      max(1, min(limit, Int(Double(size * target) / Double(other))))
    }
    return [fitted(input[1], height, width, input[0]), fitted(input[0], width, height, input[1]), input[2]]
  }
}
