/// The mean of each window; padding does not count. Input (batch, H, W, C), output (batch, H', W', C).
public struct AveragePooling2D: Layer {
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

extension AveragePooling2D: PoolingLayer {
  static let className = "AveragePooling2D"
  static let stem = "average_pooling2d"
  static let summary = """
    Mean of each window and channel; padding is not counted.

    Shapes: (N, H, W, C) to (N, H', W', C).
    """
}
