/// The largest value of each channel. Input (batch, H, W, C), output (batch, C), or (batch, 1, 1, C) to keep the axes.
public struct GlobalMaxPooling2D: Layer {
  public var name: String?
  public var keepDims: Bool

  public init(keepDims: Bool = false, name: String? = nil) {
    self.name = name
    self.keepDims = keepDims
  }
}

extension GlobalMaxPooling2D: GlobalPoolingLayer {
  static let className = "GlobalMaxPooling2D"
  static let stem = "global_max_pooling2d"
  static let summary = """
    Maximum of each channel over height and width.

    Shapes: (N, H, W, C) to (N, C), or to (N, 1, 1, C) with `keepdims`.
    """
}
