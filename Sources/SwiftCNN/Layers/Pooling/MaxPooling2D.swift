/// The largest value of each window. Input (batch, H, W, C), output (batch, H', W', C).
public struct MaxPooling2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Height and width of a window, in pixels; above 0.
  public var poolSize: Extent
  /// nil means the pool's size.
  public var strides: Extent?
  /// What happens where windows would cross the edge of the image.
  public var padding: Padding

  /// A layer with Keras's defaults.
  public init(poolSize: Extent = 2, strides: Extent? = nil, padding: Padding = .valid, name: String? = nil) {
    self.name = name
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
  }
}

extension MaxPooling2D: PoolingLayer {
  static let className = "MaxPooling2D"
  static let stem = "max_pooling2d"
  static let summary = """
    Maximum of each window and channel; padding is never the maximum.

    Shapes: (N, H, W, C) to (N, H', W', C).
    """
}
