/// Passes its input on, and adds l1 · Σ|x| + l2 · Σx² to the loss: the sum over all elements of the batch, divided by the number of
/// samples. Output shape = input shape. A layer that is called several times adds it for each call.
public struct ActivityRegularization: Layer {
  public var name: String?
  public var l1: Double
  public var l2: Double

  public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
    self.name = name
    self.l1 = l1
    self.l2 = l2
  }
}

extension ActivityRegularization: CompilableLayer {
  static let className = "ActivityRegularization"
  static let stem = "activity_regularization"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["l1", "l2"])
    self.init(l1: try config.number("l1", default: 0), l2: try config.number("l2", default: 0))
  }

  var config: JSON { ["l1": .number(l1), "l2": .number(l2)] }

  func check() throws(SwiftCNNError) { try Regularizer(l1: l1, l2: l2).check(title) }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
