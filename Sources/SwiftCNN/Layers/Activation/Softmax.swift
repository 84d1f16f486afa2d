/// e^x, divided by the sum over the axis. Output shape = input shape.
public struct Softmax: Layer {
  public var name: String?
  /// Axes of the batch's shape, the last ones: -1 is the last, [-2, -1] the last two.
  public var axes: [Int]

  public init(axis: Int = -1, name: String? = nil) {
    self.init(axes: [axis], name: name)
  }

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
