/// In training, sets the fraction `rate` of the elements to zero and scales the others by 1 / (1 - rate).
///
/// Output shape = input shape. Which elements: a function of (seed, layer, step, image, element).
/// Reference: Srivastava et al., JMLR 15 (2014); `rate` is the fraction dropped.
public struct Dropout: Layer {
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

extension Dropout: CompilableLayer {
  static let className = "Dropout"
  static let stem = "dropout"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["rate", "seed"])
    self.init(try config.number("rate"), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["rate": .number(rate), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) {
    guard rate >= 0, rate <= 1 else {
      throw .invalidValue("\(title): rate is the fraction to drop, between 0 and 1; got \(rate)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
