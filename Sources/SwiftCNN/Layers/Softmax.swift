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

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["axis"])
    self.init(axes: try config.axes("axis", default: [-1]))
  }

  var config: JSON { ["axis": .axes(axes)] }

  func check() throws(SwiftCNNError) { try checkTrailing(axes) }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    _ = try trailingSizes(axes, of: input)
    return input
  }
}
