/// In training, turns every image around its center by a share of a full turn that is drawn from `factor`, counterclockwise
/// for positive shares. Input (batch, H, W, channels), output alike.
public struct RandomRotation: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Range of the angle in full turns, counterclockwise; within -1…1.
  public var factor: ClosedRange<Double>
  /// How pixels are computed that lie between others or outside the image.
  public var sampling: Sampling
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `factor`, in full turns within -1…1, has none.
  public init(_ factor: ClosedRange<Double>, sampling: Sampling = Sampling(), seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.factor = factor
    self.sampling = sampling
    self.seed = seed
  }

  /// By up to `factor` of a turn in either direction.
  public init(_ factor: Double, sampling: Sampling = Sampling(), seed: UInt64? = nil, name: String? = nil) {
    self.init(-factor.magnitude...factor.magnitude, sampling: sampling, seed: seed, name: name)
  }
}

extension RandomRotation: AugmentationLayer {
  static let className = "RandomRotation"
  static let stem = "random_rotation"
  static let summary = """
    During training, rotates each image around its center by a random angle.

    Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "factor", \.factor, .shares, isRequired: true,
        doc: "range of the angle in full turns, counterclockwise: f for -f ... f, or two bounds, in [-1, 1].")
    ] + Setting.sampling(\.sampling, seed: \.seed)
  }
}
