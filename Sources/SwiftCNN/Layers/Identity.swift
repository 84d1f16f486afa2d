/// Passes its input on. Output shape = input shape.
public struct Identity: Layer {
  public var name: String?

  public init(name: String? = nil) { self.name = name }
}

extension Identity: CompilableLayer {
  static let className = "Identity"
  static let stem = "identity"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly([])
    self.init()
  }

  var config: JSON { [:] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
