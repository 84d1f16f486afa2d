/// What the settings of the random image layers have in common.
extension JSON.Field {
  /// `factor` as Keras takes it: a number f for -f...f, or two bounds in any order.
  func factor(_ key: String, default missing: ClosedRange<Double>? = nil) throws(SwiftCNNError) -> ClosedRange<Double> {
    if let missing, self[key] == nil { return missing }
    let field = try member(key)
    guard case .array = field.value else {
      let size = try field.number().magnitude
      guard size.isFinite else { throw field.complaint("must be a finite number") }
      return -size...size
    }
    let bounds = try field.elements()
    guard bounds.count == 2 else { throw field.complaint("must be a number or two bounds, got \(bounds.count) numbers") }
    let (first, second) = (try bounds[0].number(), try bounds[1].number())
    guard first.isFinite, second.isFinite else { throw field.complaint("must be finite numbers") }
    return min(first, second)...max(first, second)
  }

  func named<Name: RawRepresentable & CaseIterable>(
    _ key: String, default missing: Name
  ) throws(SwiftCNNError) -> Name where Name.RawValue == String {
    guard let field = self[key] else { return missing }
    guard let name = Name(rawValue: try field.string()) else {
      throw field.complaint(
        "is \(field.value.text); known are \(Name.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return name
  }
}

extension JSON {
  init(_ range: ClosedRange<Double>) { self = .array([.number(range.lowerBound), .number(range.upperBound)]) }
}

/// How pixels are had that a transformation asks for: between pixels, and outside the image.
public struct Sampling: Sendable, Equatable {
  public var fillMode: FillMode
  public var interpolation: Interpolation
  public var fillValue: Double

  public init(fillMode: FillMode = .reflect, interpolation: Interpolation = .bilinear, fillValue: Double = 0) {
    self.fillMode = fillMode
    self.interpolation = interpolation
    self.fillValue = fillValue
  }
}

extension Sampling {
  static let fields = ["fill_mode", "interpolation", "fill_value"]

  init(config: JSON.Field) throws(SwiftCNNError) {
    fillMode = try config.named("fill_mode", default: FillMode.reflect)
    interpolation = try config.named("interpolation", default: Interpolation.bilinear)
    fillValue = try config.number("fill_value", default: 0)
    guard fillValue.isFinite else { throw config.complaint("has fill_value \(fillValue); it must be a finite number") }
  }

  func added(to config: JSON.Object) -> JSON {
    var config = config
    config["fill_mode"] = .string(fillMode.rawValue)
    config["interpolation"] = .string(interpolation.rawValue)
    config["fill_value"] = .number(fillValue)
    return .object(config)
  }
}
