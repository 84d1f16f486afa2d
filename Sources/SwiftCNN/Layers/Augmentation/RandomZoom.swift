/// In training, every image shows 1 + a of its height and width, a drawn from the factors: positive ones zoom out, negative
/// ones in. Input (batch, H, W, channels), output alike.
public struct RandomZoom: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Range of a: the image shows 1 + a of its height; above -1 and at most 1.
  public var heightFactor: ClosedRange<Double>
  /// nil keeps the aspect ratio.
  public var widthFactor: ClosedRange<Double>?
  /// How pixels are computed that lie between others or outside the image.
  public var sampling: Sampling
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; the factor `height` has none, and without `width` the aspect ratio is kept.
  public init(
    height: ClosedRange<Double>, width: ClosedRange<Double>? = nil, sampling: Sampling = Sampling(), seed: UInt64? = nil,
    name: String? = nil
  ) {
    self.name = name
    heightFactor = height
    widthFactor = width
    self.sampling = sampling
    self.seed = seed
  }
}

extension RandomZoom: AugmentationLayer {
  static let className = "RandomZoom"
  static let stem = "random_zoom"
  static let summary = """
    During training, shows a smaller or larger part of each image.

    Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "height_factor", \.heightFactor, .zoom, isRequired: true,
        doc: "the image shows 1 + a of its height, a from this range: f for -f ... f, or two bounds, in (-1, 1]."),
      Setting("width_factor", optional: \.widthFactor, .zoom, doc: "the same for the width; None keeps the aspect ratio."),
    ] + Setting.sampling(\.sampling, seed: \.seed)
  }
}
