/// In training, sets the fraction `rate` of the elements to zero and scales the others by 1 / (1 - rate).
///
/// Output shape = input shape. Which elements: a function of (seed, layer, step, image, element).
/// Reference: Srivastava et al., JMLR 15 (2014); `rate` is the fraction dropped.
public struct Dropout: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Probability of setting an element to 0, in 0…1.
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

extension Dropout: CompilableLayer {
  static let className = "Dropout"
  static let stem = "dropout"
  static let summary = """
    During training, sets each input to 0 with probability `rate` and multiplies the others by 1 / (1 - rate).

    Reference: Srivastava et al., 2014. Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("rate", \.rate, .share, isRequired: true, doc: "probability of setting an input to 0, in [0, 1]."),
      .fixed("noise_shape", [.null], hint: "use SpatialDropout2D to drop whole channels", doc: "None."),
      .seed(\.seed),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
