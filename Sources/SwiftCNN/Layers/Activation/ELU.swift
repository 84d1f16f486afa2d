/// x above 0, alpha · (e^x - 1) below it. Output shape = input shape. Reference: Clevert et al., ICLR 2016.
public struct ELU: Layer, Hashable {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Minus the limit for small x, at least 0.
  public var alpha: Double

  /// A layer with Keras's defaults.
  public init(alpha: Double = 1, name: String? = nil) {
    self.name = name
    self.alpha = alpha
  }
}

extension ELU: CompilableLayer {
  static let className = "ELU"
  static let stem = "elu"
  static let summary = """
    x above 0, `alpha * (exp(x) - 1)` below it.

    Reference: Clevert et al., 2016. Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("alpha", \.alpha, .notNegativeFloat32, doc: "at least 0; as x goes to minus infinity, the output goes to -alpha.")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
