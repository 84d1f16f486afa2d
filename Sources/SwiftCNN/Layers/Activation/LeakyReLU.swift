/// x above 0, negativeSlope · x below it. Output shape = input shape.
public struct LeakyReLU: Layer, Hashable {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Slope below 0, at least 0.
  public var negativeSlope: Double

  /// A layer with Keras's defaults.
  public init(negativeSlope: Double = 0.3, name: String? = nil) {
    self.name = name
    self.negativeSlope = negativeSlope
  }
}

extension LeakyReLU: CompilableLayer {
  static let className = "LeakyReLU"
  static let stem = "leaky_re_lu"
  static let summary = """
    x above 0, `negative_slope * x` below it.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("negative_slope", \.negativeSlope, .notNegativeFloat32, doc: "slope below 0, at least 0.").renamed(from: "alpha")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
