/// In training, adds normal noise of mean 0 and deviation `stddev`. Output shape = input shape.
public struct GaussianNoise: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Standard deviation of the noise, at least 0.
  public var stddev: Double
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  /// A layer with Keras's defaults; `stddev` has none.
  public init(_ stddev: Double, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.stddev = stddev
    self.seed = seed
  }
}

extension GaussianNoise: CompilableLayer {
  static let className = "GaussianNoise"
  static let stem = "gaussian_noise"
  static let summary = """
    During training, adds normal noise of mean 0.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("stddev", \.stddev, .notNegative, isRequired: true, doc: "standard deviation of the noise, at least 0."),
      .seed(\.seed),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
