/// In training, moves the values of every image away from its channels' means, or towards them, by a factor between
/// 1 - `lower` and 1 + `upper`. Input (batch, H, W, channels), output alike, within `valueRange`.
public struct RandomContrast: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// The factor is at least 1 - `lower`; from -`upper` to 1.
  public var lower: Double
  /// The factor is at most 1 + `upper`; from 0 to 1.
  public var upper: Double
  /// The lowest and the highest value of an image; results are cut to it.
  public var valueRange: ClosedRange<Double>
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `lower` and `upper` have none.
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
  static let summary = """
    During training, multiplies the distances of an image's values from the mean of their channel by one random factor.

    Shapes: (N, H, W, C), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "factor", \.factor,
        Requirement("one number, or two, between 0 and 1") { factor in
          factor.lower <= 1 && 0...1 ~= factor.upper && -factor.lower <= factor.upper
        }, isRequired: true,
        doc: "range of the factor: (lower, upper) for 1 - lower ... 1 + upper, or one number for both, in [0, 1]."),
      .valueRange(\.valueRange),
      .seed(\.seed),
    ]
  }

  fileprivate var factor: ContrastFactor {
    get { ContrastFactor(lower: lower, upper: upper) }
    set { (lower, upper) = (newValue.lower, newValue.upper) }
  }
}

/// Two numbers in any order, or one for both.
private struct ContrastFactor: SettingValue {
  let lower: Double
  let upper: Double

  init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }

  init(setting field: JSON.Field) throws(SwiftCNNError) {
    let bounds = try ClosedRange<Double>(setting: field)
    if case .array = field.value {
      self.init(lower: bounds.lowerBound, upper: bounds.upperBound)
    } else {
      let size = try field.number()
      self.init(lower: size, upper: size)
    }
  }
  var json: JSON { [.number(lower), .number(upper)] }
  static var type: SettingType { ClosedRange<Double>.type }
}
