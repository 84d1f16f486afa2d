/// In training, shifts every image down and to the right by shares of its height and width that are drawn from the factors;
/// negative ones shift up and to the left. Input (batch, H, W, channels), output alike.
public struct RandomTranslation: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Range of the shift down, in heights of the image; within -1…1.
  public var heightFactor: ClosedRange<Double>
  /// Range of the shift to the right, in widths of the image; within -1…1.
  public var widthFactor: ClosedRange<Double>
  /// How pixels are computed that lie between others or outside the image.
  public var sampling: Sampling
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; the factors `height` and `width` have none.
  public init(
    height: ClosedRange<Double>, width: ClosedRange<Double>, sampling: Sampling = Sampling(), seed: UInt64? = nil,
    name: String? = nil
  ) {
    self.name = name
    heightFactor = height
    widthFactor = width
    self.sampling = sampling
    self.seed = seed
  }
}

extension RandomTranslation: AugmentationLayer {
  static let className = "RandomTranslation"
  static let stem = "random_translation"
  static let summary = """
    During training, shifts each image by random distances.

    Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "height_factor", \.heightFactor, .shares, isRequired: true,
        doc: "range of the shift down, in heights of the image: f for -f ... f, or two bounds, in [-1, 1]."),
      Setting(
        "width_factor", \.widthFactor, .shares, isRequired: true,
        doc: "range of the shift to the right, in widths of the image: f for -f ... f, or two bounds, in [-1, 1]."),
    ] + Setting.sampling(\.sampling, seed: \.seed)
  }
}
