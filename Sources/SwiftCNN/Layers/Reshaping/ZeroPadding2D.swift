/// Rows and columns of zeros around each image. Input (batch, H, W, C), output (batch, top + H + bottom, left + W + right, C).
public struct ZeroPadding2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Rows and columns added at each edge, from 0 on.
  public var padding: Margins

  /// A layer with Keras's defaults.
  public init(padding: Margins = 1, name: String? = nil) {
    self.name = name
    self.padding = padding
  }
}

extension ZeroPadding2D: CompilableLayer {
  static let className = "ZeroPadding2D"
  static let stem = "zero_padding2d"
  static let summary = """
    Adds rows and columns of zeros around each image.

    Shapes: (N, H, W, C) to (N, top + H + bottom, left + W + right, C).
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "padding", \.padding, .notNegative,
        doc: "rows and columns: one integer for every edge, two (height, width), or ((top, bottom), (left, right))."),
      .dataFormat,
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return [padding.top + input[0] + padding.bottom, padding.left + input[1] + padding.right, input[2]]
  }
}
