/// An activation as a layer of its own. Output shape = input shape.
public struct Activation: Layer {
  public var name: String?
  public var function: ActivationFunction

  public init(_ function: ActivationFunction, name: String? = nil) {
    self.name = name
    self.function = function
  }
}

extension Activation: CompilableLayer {
  static let className = "Activation"
  static let stem = "activation"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["activation"])
    self.init(try ActivationFunction(try config.member("activation")))
  }

  var config: JSON { ["activation": function.json] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}

extension Activation: ActivatedLayer {
  var activation: ActivationFunction { function }
}
