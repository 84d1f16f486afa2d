/// Scales each vector along some axes to length 1; one shorter than 10^-12 is multiplied by 10^12.
///
/// Output shape = input shape.
public struct UnitNormalization: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Axes of the batch's shape, but not the batch's: from 1, or from -1 backwards.
  public var axes: [Int]

  /// A layer with Keras's defaults.
  public init(axes: [Int] = [-1], name: String? = nil) {
    self.name = name
    self.axes = axes
  }
}

extension UnitNormalization: CompilableLayer {
  static let className = "UnitNormalization"
  static let stem = "unit_normalization"
  static let summary = """
    Divides each vector along an axis by its Euclidean norm, or by 1e-12 if the norm is smaller.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "axis", \.axes.oneOrMore, .sampleAxes,
        doc: "axes of the vectors, all but the batch's are allowed: -1 for the last one, (1, 2) for each channel of an image.")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    _ = try places(axes, in: input)
    return input
  }
}
