/// In training, sets the fraction `rate` of the elements to the least value of SELU, and scales and shifts all of them so that
/// values of mean 0 and variance 1 keep both.
///
/// Output shape = input shape. Which elements: a function of (seed, layer, step, image, element).
/// Reference: Klambauer et al., "Self-Normalizing Neural Networks", NIPS 2017; `rate` is the fraction replaced.
public struct AlphaDropout: Layer {
  public var name: String?
  public var rate: Double
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.rate = rate
    self.seed = seed
  }
}

extension AlphaDropout: CompilableLayer {
  static let className = "AlphaDropout"
  static let stem = "alpha_dropout"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["rate", "seed"])
    self.init(try config.number("rate"), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["rate": .number(rate), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) {
    guard rate >= 0, rate <= 1 else {
      throw .invalidValue("\(title): rate is the fraction to replace, between 0 and 1; got \(rate)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
