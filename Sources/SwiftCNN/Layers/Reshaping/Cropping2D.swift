/// Each image without its outermost rows and columns.
///
/// Input (batch, H, W, C), output (batch, H - top - bottom, W - left - right, C).
public struct Cropping2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Rows and columns removed at each edge, from 0 on.
  public var cropping: Margins

  /// A layer with Keras's defaults.
  public init(cropping: Margins = 0, name: String? = nil) {
    self.name = name
    self.cropping = cropping
  }
}

extension Cropping2D: CompilableLayer {
  static let className = "Cropping2D"
  static let stem = "cropping2d"
  static let summary = """
    Removes the outermost rows and columns of each image.

    Shapes: (N, H, W, C) to (N, H - top - bottom, W - left - right, C).
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "cropping", \.cropping, .notNegative,
        doc: "rows and columns: one integer for every edge, two (height, width), or ((top, bottom), (left, right))."),
      .dataFormat,
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    let height = input[0] - cropping.top - cropping.bottom
    let width = input[1] - cropping.left - cropping.right
    guard height > 0, width > 0 else {
      throw .invalidValue(
        "\(title): cropping ((\(cropping.top), \(cropping.bottom)), (\(cropping.left), \(cropping.right))) leaves nothing of an "
          + "input of shape \(Shape.text(input)); crop less, or use larger images")
    }
    return [height, width, input[2]]
  }
}
