/// In training, turns every image around its center by a share of a full turn that is drawn from `factor`, counterclockwise
/// for positive shares. Input (batch, H, W, channels), output alike.
public struct RandomRotation: Layer {
  public var name: String?
  /// In full turns.
  public var factor: ClosedRange<Double>
  public var sampling: Sampling
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

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

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["factor", "seed"] + Sampling.fields)
    self.init(
      try config.factor("factor"), sampling: try Sampling(config: config), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { sampling.added(to: ["factor": JSON(factor), "seed": JSON(seed: seed)]) }

  func check() throws(SwiftCNNError) { try factor.check("factor", of: title, within: -1...1) }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, title) }
}

extension ClosedRange<Double> {
  /// Refuses bounds outside of `limits`.
  func check(_ what: String, of layer: String, within limits: ClosedRange<Double>) throws(SwiftCNNError) {
    guard limits.contains(lowerBound), limits.contains(upperBound) else {
      throw .invalidValue(
        "\(layer): \(what) must lie between \(limits.lowerBound) and \(limits.upperBound), got \(lowerBound) to \(upperBound)")
    }
  }
}
