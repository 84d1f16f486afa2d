/// In training, adds normal noise of mean 0 and deviation `stddev`. Output shape = input shape.
public struct GaussianNoise: Layer {
  public var name: String?
  public var stddev: Double
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  public init(_ stddev: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.stddev = stddev
    self.seed = seed
  }
}

extension GaussianNoise: CompilableLayer {
  static let className = "GaussianNoise"
  static let stem = "gaussian_noise"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["stddev", "seed"])
    self.init(try config.number("stddev"), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["stddev": .number(stddev), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) {
    guard stddev >= 0, stddev.isFinite else {
      throw .invalidValue("\(title): stddev must be a finite number of at least 0, got \(stddev)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

/// In training, multiplies by normal noise of mean 1 and deviation √(rate / (1 - rate)), the moments of dropout's.
/// Output shape = input shape. Reference: Srivastava et al., JMLR 15 (2014), section 10.
public struct GaussianDropout: Layer {
  public var name: String?
  public var rate: Double
  public var seed: UInt64?

  public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.rate = rate
    self.seed = seed
  }
}

extension GaussianDropout: CompilableLayer {
  static let className = "GaussianDropout"
  static let stem = "gaussian_dropout"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["rate", "seed"])
    self.init(try config.number("rate"), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["rate": .number(rate), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) {
    guard rate >= 0, rate < 1 else {
      throw .invalidValue("\(title): rate must be at least 0 and below 1, got \(rate)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

/// In training, sets whole channels of an image to zero, the fraction `rate` of them, and scales the others by
/// 1 / (1 - rate). Input (batch, H, W, channels), output alike. Reference: Tompson et al., CVPR 2015.
public struct SpatialDropout2D: Layer {
  public var name: String?
  public var rate: Double
  public var seed: UInt64?

  public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.rate = rate
    self.seed = seed
  }
}

extension SpatialDropout2D: CompilableLayer {
  static let className = "SpatialDropout2D"
  static let stem = "spatial_dropout2d"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["rate", "seed"])
    self.init(try config.number("rate"), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["rate": .number(rate), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) {
    guard rate >= 0, rate <= 1 else {
      throw .invalidValue("\(title): rate is the fraction of channels to drop, between 0 and 1; got \(rate)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, title) }
}

extension JSON {
  init(seed: UInt64?) { self = seed.map { JSON($0) } ?? .null }
}

extension CompilableLayer {
  /// `input`, which must be images.
  static func images(_ input: [Int], _ name: String) throws(SwiftCNNError) -> [Int] {
    guard input.count == 3 else {
      throw .invalidValue(
        "\(name) expects images (height, width, channels), got an input of shape \(Shape.text(input)); "
          + "give the model an input of three axes, or put the layer before Flatten")
    }
    return input
  }
}
