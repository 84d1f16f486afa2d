/// In training, adds to all values of an image the same share of the length of `valueRange`, drawn from `factor`.
/// Input (batch, H, W, channels), output alike, within `valueRange`.
public struct RandomBrightness: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Range of the number that is added, in lengths of `valueRange`; within -1…1.
  public var factor: ClosedRange<Double>
  /// The lowest and the highest value of an image; results are cut to it.
  public var valueRange: ClosedRange<Double>
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `factor` has none.
  public init(
    _ factor: ClosedRange<Double>, valueRange: ClosedRange<Double> = 0...255, seed: UInt64? = nil, name: String? = nil
  ) {
    self.name = name
    self.factor = factor
    self.valueRange = valueRange
    self.seed = seed
  }
}

extension RandomBrightness: AugmentationLayer {
  static let className = "RandomBrightness"
  static let stem = "random_brightness"
  static let summary = """
    During training, adds one random number to all values of an image.

    Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "factor", \.factor, .shares, isRequired: true,
        doc: "range of that number in lengths of `value_range`: f for -f ... f, or two bounds, in [-1, 1]."),
      .valueRange(\.valueRange),
      .seed(\.seed),
    ]
  }
}
