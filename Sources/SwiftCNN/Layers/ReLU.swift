/// x above `threshold`, but at most `maxValue`; negativeSlope · (x - threshold) below it. Output shape = input shape.
public struct ReLU: Layer, Hashable {
  public var name: String?
  /// nil: no limit.
  public var maxValue: Double?
  public var negativeSlope: Double
  public var threshold: Double

  public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil) {
    self.name = name
    self.maxValue = maxValue
    self.negativeSlope = negativeSlope
    self.threshold = threshold
  }
}

/// x above 0, negativeSlope · x below it. Output shape = input shape.
public struct LeakyReLU: Layer, Hashable {
  public var name: String?
  public var negativeSlope: Double

  public init(negativeSlope: Double = 0.3, name: String? = nil) {
    self.name = name
    self.negativeSlope = negativeSlope
  }
}

/// x above 0, alpha · (e^x - 1) below it. Output shape = input shape. Reference: Clevert et al., ICLR 2016.
public struct ELU: Layer, Hashable {
  public var name: String?
  public var alpha: Double

  public init(alpha: Double = 1, name: String? = nil) {
    self.name = name
    self.alpha = alpha
  }
}

extension ReLU: CompilableLayer {
  static let className = "ReLU"
  static let stem = "re_lu"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["max_value", "negative_slope", "threshold"])
    self.init(
      maxValue: try config.optional("max_value")?.number(), negativeSlope: try config.number("negative_slope", default: 0),
      threshold: try config.number("threshold", default: 0))
  }

  var config: JSON {
    [
      "max_value": maxValue.map(JSON.number) ?? .null, "negative_slope": .number(negativeSlope),
      "threshold": .number(threshold),
    ]
  }

  func check() throws(SwiftCNNError) {
    if let maxValue { try requireNonNegative(maxValue, "max_value") }
    try requireNonNegative(negativeSlope, "negative_slope")
    try requireNonNegative(threshold, "threshold")
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

extension LeakyReLU: CompilableLayer {
  static let className = "LeakyReLU"
  static let stem = "leaky_re_lu"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["negative_slope"])
    self.init(negativeSlope: try config.number("negative_slope", default: 0.3))
  }

  var config: JSON { ["negative_slope": .number(negativeSlope)] }

  func check() throws(SwiftCNNError) {
    try requireNonNegative(negativeSlope, "negative_slope")
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

extension ELU: CompilableLayer {
  static let className = "ELU"
  static let stem = "elu"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["alpha"])
    self.init(alpha: try config.number("alpha", default: 1))
  }

  var config: JSON { ["alpha": .number(alpha)] }

  func check() throws(SwiftCNNError) {
    try requireNonNegative(alpha, "alpha")
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

extension CompilableLayer {
  fileprivate func requireNonNegative(_ value: Double, _ what: String) throws(SwiftCNNError) {
    guard value >= 0, Float(value).isFinite else {
      throw .invalidValue("\(title): \(what) must be a finite number from 0 on, got \(value)")
    }
  }
}
