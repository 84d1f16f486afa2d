/// In training, moves the values of every image away from its channels' means, or towards them, by a factor between
/// 1 - `lower` and 1 + `upper`. Input (batch, H, W, channels), output alike, within `valueRange`.
public struct RandomContrast: Layer {
  public var name: String?
  public var lower: Double
  public var upper: Double
  public var valueRange: ClosedRange<Double>
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  public init(
    lower: Double, upper: Double, valueRange: ClosedRange<Double> = 0...255, seed: UInt64? = nil, name: String? = nil
  ) {
    self.name = name
    self.lower = lower
    self.upper = upper
    self.valueRange = valueRange
    self.seed = seed
  }
}

extension RandomContrast: AugmentationLayer {
  static let className = "RandomContrast"
  static let stem = "random_contrast"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["factor", "value_range", "seed"])
    var bounds = try config.factor("factor")
    // A single number stands for both.
    if case .array = try config.member("factor").value {
    } else {
      let size = try config.number("factor")
      bounds = size...size
    }
    self.init(
      lower: bounds.lowerBound, upper: bounds.upperBound, valueRange: try config.factor("value_range", default: 0...255),
      seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON {
    ["factor": .array([.number(lower), .number(upper)]), "value_range": JSON(valueRange), "seed": JSON(seed: seed)]
  }

  func check() throws(SwiftCNNError) {
    guard lower <= 1, upper >= 0, upper <= 1, -lower <= upper else {
      throw .invalidValue("\(title): factor must be one number, or two, between 0 and 1; got \(lower) and \(upper)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, title) }
}

/// In training, adds to all values of an image the same share of the length of `valueRange`, drawn from `factor`.
/// Input (batch, H, W, channels), output alike, within `valueRange`.
public struct RandomBrightness: Layer {
  public var name: String?
  public var factor: ClosedRange<Double>
  public var valueRange: ClosedRange<Double>
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

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

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["factor", "value_range", "seed"])
    self.init(
      try config.factor("factor"), valueRange: try config.factor("value_range", default: 0...255),
      seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["factor": JSON(factor), "value_range": JSON(valueRange), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) { try factor.check("factor", of: title, within: -1...1) }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, title) }
}
