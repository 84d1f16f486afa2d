/// The mean of each of as many windows as the output has pixels, whatever the image's size: window i of n along an axis of L
/// pixels goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉. Input (batch, H, W, C), output (batch, height, width, C).
public struct AdaptiveAveragePooling2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Height and width of the output, in pixels; above 0.
  public var outputSize: Extent

  /// A layer whose output has this size.
  public init(outputSize: Extent, name: String? = nil) {
    self.name = name
    self.outputSize = outputSize
  }
}

extension AdaptiveAveragePooling2D: AdaptivePoolingLayer {
  static let className = "AdaptiveAveragePooling2D"
  static let stem = "adaptive_average_pooling2d"
  static let summary = """
    Mean of each channel over as many windows as the output has pixels, whatever the size of the image.

    Window i of n goes from floor(i * size / n) to ceil((i + 1) * size / n). Shapes: (N, H, W, C) to (N, height, width, C).
    """
}
