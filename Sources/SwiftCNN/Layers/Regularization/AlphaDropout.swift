/// In training, sets the fraction `rate` of the elements to the least value of SELU, and scales and shifts all of them so that
/// values of mean 0 and variance 1 keep both.
///
/// Output shape = input shape. Which elements: a function of (seed, layer, step, image, element).
/// Reference: Klambauer et al., "Self-Normalizing Neural Networks", NIPS 2017; `rate` is the fraction replaced.
public struct AlphaDropout: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Probability of replacing an element, in 0…1.
  public var rate: Double
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `rate` has none.
  public init(_ rate: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.rate = rate
    self.seed = seed
  }
}

extension AlphaDropout: CompilableLayer {
  static let className = "AlphaDropout"
  static let stem = "alpha_dropout"
  static let summary = """
    During training, replaces each input with probability `rate` by the least value of SELU, -1.758, then scales and shifts all
    values so that inputs of mean 0 and variance 1 keep both.

    Reference: Klambauer et al., 2017. Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("rate", \.rate, .share, isRequired: true, doc: "probability of replacing an input, in [0, 1]."),
      .fixed("noise_shape", [.null], hint: "each element is drawn by itself", doc: "None."),
      .seed(\.seed),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
