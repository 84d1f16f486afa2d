/// Rows and columns of zeros around each image. Input (batch, H, W, C), output (batch, top + H + bottom, left + W + right, C).
public struct ZeroPadding2D: Layer {
  public var name: String?
  public var padding: Margins

  public init(padding: Margins = 1, name: String? = nil) {
    self.name = name
    self.padding = padding
  }
}

extension ZeroPadding2D: CompilableLayer {
  static let className = "ZeroPadding2D"
  static let stem = "zero_padding2d"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["padding"])
    self.init(padding: try config.margins("padding", default: 1))
  }

  var config: JSON { ["padding": padding.json] }

  func check() throws(SwiftCNNError) { try padding.check("padding", of: title) }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return [padding.top + input[0] + padding.bottom, padding.left + input[1] + padding.right, input[2]]
  }
}
