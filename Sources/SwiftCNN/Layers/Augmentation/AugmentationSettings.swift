// What the settings of the random image layers have in common.

/// A number f for -f...f, or two bounds in any order.
extension ClosedRange: SettingValue where Bound == Double {
  init(setting field: JSON.Field) throws(SwiftCNNError) {
    let numbers = try OneOrMore<Double>(setting: field).values
    guard numbers.allSatisfy(\.isFinite) else { throw field.complaint("must be finite numbers") }
    if case .array = field.value {
      guard numbers.count == 2 else { throw field.complaint("must be a number or two bounds, got \(numbers.count) numbers") }
      self = Swift.min(numbers[0], numbers[1])...Swift.max(numbers[0], numbers[1])
    } else {
      self = -numbers[0].magnitude...numbers[0].magnitude
    }
  }
  var json: JSON { [.number(lowerBound), .number(upperBound)] }
  static var type: SettingType { SettingType("factor") }
}

extension Requirement where Value == ClosedRange<Double> {
  static var shares: Requirement { Requirement("between -1 and 1") { $0.lowerBound >= -1 && $0.upperBound <= 1 } }
  /// At -1 the image would have no size.
  static var zoom: Requirement { Requirement("above -1 and at most 1") { $0.lowerBound > -1 && $0.upperBound <= 1 } }
}

/// How pixels are computed that lie between the pixels of an image, or outside the image.
public struct Sampling: Sendable, Equatable {
  /// Values of pixels outside the image.
  public var fillMode: FillMode
  /// How values between pixels are computed.
  public var interpolation: Interpolation
  /// Value outside the image, for the fill mode `constant`; finite.
  public var fillValue: Double

  /// Keras's defaults.
  public init(fillMode: FillMode = .reflect, interpolation: Interpolation = .bilinear, fillValue: Double = 0) {
    self.fillMode = fillMode
    self.interpolation = interpolation
    self.fillValue = fillValue
  }
}

extension Sampling {
  static var settings: [Setting<Sampling>] {
    [
      Setting("fill_mode", \.fillMode, doc: "values of pixels outside the image."),
      Setting("interpolation", \.interpolation, doc: "how values between pixels are computed."),
      Setting("fill_value", \.fillValue, .finite, doc: "value outside the image, with `fill_mode` \"constant\"."),
    ]
  }
}
