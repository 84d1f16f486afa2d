/// In training, shifts every image down and to the right by shares of its height and width that are drawn from the factors;
/// negative ones shift up and to the left. Input (batch, H, W, channels), output alike.
public struct RandomTranslation: Layer {
  public var name: String?
  public var heightFactor: ClosedRange<Double>
  public var widthFactor: ClosedRange<Double>
  public var sampling: Sampling
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

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

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["height_factor", "width_factor", "seed"] + Sampling.fields)
    self.init(
      height: try config.factor("height_factor"), width: try config.factor("width_factor"),
      sampling: try Sampling(config: config), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON {
    sampling.added(
      to: ["height_factor": JSON(heightFactor), "width_factor": JSON(widthFactor), "seed": JSON(seed: seed)])
  }

  func check() throws(SwiftCNNError) {
    try heightFactor.check("height_factor", of: title, within: -1...1)
    try widthFactor.check("width_factor", of: title, within: -1...1)
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, title) }
}
