/// In training, flips an image with probability 1/2, in both directions at once if `mode` has both.
///
/// Input (batch, H, W, channels), output alike.
public struct RandomFlip: Layer {
  /// Raw values are Keras's names.
  public enum Mode: String, CaseIterable, Sendable {
    /// Left and right.
    case horizontal
    /// Top and bottom.
    case vertical
    /// Both at once.
    case both = "horizontal_and_vertical"
  }

  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Direction of the flip.
  public var mode: Mode
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults.
  public init(_ mode: Mode = .both, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.mode = mode
    self.seed = seed
  }
}

extension RandomFlip.Mode: SettingChoice {}

extension RandomFlip: AugmentationLayer {
  static let className = "RandomFlip"
  static let stem = "random_flip"
  static let summary = """
    During training, flips each image with probability 1/2.

    Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("mode", \.mode, doc: "direction of the flip."),
      .seed(\.seed),
      .dataFormat,
    ]
  }
}
