/// In training, multiplies by normal noise of mean 1 and deviation √(rate / (1 - rate)), the moments of dropout's.
/// Output shape = input shape. Reference: Srivastava et al., JMLR 15 (2014), section 10.
public struct GaussianDropout: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Rate of the dropout with the same mean and variance, from 0 to below 1.
  public var rate: Double
  /// Seed of a stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `rate` has none.
  public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.rate = rate
    self.seed = seed
  }
}

extension GaussianDropout: CompilableLayer {
  static let className = "GaussianDropout"
  static let stem = "gaussian_dropout"
  static let summary = """
    During training, multiplies by normal noise of mean 1 and standard deviation sqrt(rate / (1 - rate)).

    Reference: Srivastava et al., 2014. Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "rate", \.rate, .fraction, isRequired: true, doc: "rate of the dropout with the same mean and variance, in [0, 1)."),
      .seed(\.seed),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
