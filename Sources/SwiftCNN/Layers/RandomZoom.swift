/// In training, every image shows 1 + a of its height and width, a drawn from the factors: positive ones zoom out, negative
/// ones in. Input (batch, H, W, channels), output alike.
public struct RandomZoom: Layer {
  public var name: String?
  public var heightFactor: ClosedRange<Double>
  /// nil keeps the aspect ratio.
  public var widthFactor: ClosedRange<Double>?
  public var sampling: Sampling
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

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

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["height_factor", "width_factor", "seed"] + Sampling.fields)
    let hasWidth = config.optional("width_factor") != nil
    self.init(
      height: try config.factor("height_factor"), width: hasWidth ? try config.factor("width_factor") : nil,
      sampling: try Sampling(config: config), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON {
    sampling.added(
      to: [
        "height_factor": JSON(heightFactor), "width_factor": widthFactor.map { JSON($0) } ?? .null, "seed": JSON(seed: seed),
      ])
  }

  func check() throws(SwiftCNNError) {
    for (what, factor) in [("height_factor", heightFactor), ("width_factor", widthFactor ?? heightFactor)] {
      try factor.check(what, of: title, within: -1...1)
      guard factor.lowerBound > -1 else {
        throw .invalidValue(
          "\(title): \(what) must be above -1, which leaves nothing to show, got \(factor.lowerBound) to \(factor.upperBound)")
      }
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, title) }
}
