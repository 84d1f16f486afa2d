/// In training, sets whole channels of an image to zero, the fraction `rate` of them, and scales the others by
/// 1 / (1 - rate). Input (batch, H, W, channels), output alike. Reference: Tompson et al., CVPR 2015.
public struct SpatialDropout2D: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Probability of setting a channel of an image to 0, in 0…1.
  public var rate: Double
  /// Seed of a stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `rate` has none.
  public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.rate = rate
    self.seed = seed
  }
}

extension SpatialDropout2D: CompilableLayer {
  static let className = "SpatialDropout2D"
  static let stem = "spatial_dropout2d"
  static let summary = """
    During training, sets each channel of an image to 0 with probability `rate` and multiplies the others by 1 / (1 - rate).

    Reference: Tompson et al., 2015. Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("rate", \.rate, .share, isRequired: true, doc: "probability of setting a channel to 0, in [0, 1]."),
      .dataFormat,
      .seed(\.seed),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return input
  }
}
