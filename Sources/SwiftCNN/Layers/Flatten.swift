/// All axes but the batch in one. Input (batch, …), output (batch, product).
public struct Flatten: Layer {
  public var name: String?

  public init(name: String? = nil) { self.name = name }
}

extension Flatten: CompilableLayer {
  static let className = "Flatten"
  static let stem = "flatten"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly([])
    self.init()
  }

  var config: JSON { [:] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    [try Shape.count(input, of: "\(name ?? "Flatten"): the input")]
  }
}
