/// Passes its input on. Output shape = input shape.
public struct Identity: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?

  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Identity: CompilableLayer {
  static let className = "Identity"
  static let stem = "identity"
  static let summary = """
    Returns its input.

    Shapes: (N, ...), unchanged.
    """
  static var settings: [Setting<Self>] { [] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { input }
}
