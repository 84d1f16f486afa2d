/// e^x, divided by the sum over the axis. Output shape = input shape.
public struct Softmax: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Axes of the batch's shape, the last ones: -1 is the last, [-2, -1] the last two.
  public var axes: [Int]

  /// A layer with Keras's defaults.
  ///
  /// - Parameter axis: the axis of the sum, which must be the last: -1, or its number.
  public init(axis: Int = -1, name: String? = nil) {
    self.init(axes: [axis], name: name)
  }

  /// A layer with sums over several axes together.
  public init(axes: [Int], name: String? = nil) {
    self.name = name
    self.axes = axes
  }
}

extension Softmax: CompilableLayer {
  static let className = "Softmax"
  static let stem = "softmax"
  static let summary = """
    `exp(x)`, divided by its sum over the axis.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] {
    [
      .lastAxes(\.axes.oneOrMore, doc: "-1, or the last axes together, such as (-2, -1).")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    _ = try trailingSizes(axes, of: input)
    return input
  }
}
