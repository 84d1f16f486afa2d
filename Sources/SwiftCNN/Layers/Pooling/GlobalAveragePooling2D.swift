/// The mean of each channel. Input (batch, H, W, C), output (batch, C), or (batch, 1, 1, C) to keep the axes.
public struct GlobalAveragePooling2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Whether the output keeps height and width, as axes of size 1.
  public var keepDims: Bool

  /// A layer with Keras's defaults.
  public init(keepDims: Bool = false, name: String? = nil) {
    self.name = name
    self.keepDims = keepDims
  }
}

extension GlobalAveragePooling2D: GlobalPoolingLayer {
  static let className = "GlobalAveragePooling2D"
  static let stem = "global_average_pooling2d"
  static let summary = """
    Mean of each channel over height and width.

    Shapes: (N, H, W, C) to (N, C), or to (N, 1, 1, C) with `keepdims`.
    """
}
