/// Passes its input on, and adds l1 · Σ|x| + l2 · Σx² to the loss: the sum over all elements of the batch, divided by the number of
/// samples. Output shape = input shape. A layer that is called several times adds it for each call.
public struct ActivityRegularization: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Factor of the sum of magnitudes, at least 0.
  public var l1: Double
  /// Factor of the sum of squares, at least 0.
  public var l2: Double

  /// A layer with Keras's defaults.
  public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
    self.name = name
    self.l1 = l1
    self.l2 = l2
  }
}

extension ActivityRegularization: CompilableLayer {
  static let className = "ActivityRegularization"
  static let stem = "activity_regularization"
  static let summary = """
    Returns its input, and adds `l1 * sum(|x|) + l2 * sum(x^2)` to the loss: the sums over a batch, divided by its samples.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      Setting("l1", \.l1, .notNegative, doc: "factor of the sum of magnitudes, at least 0."),
      Setting("l2", \.l2, .notNegative, doc: "factor of the sum of squares, at least 0."),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
