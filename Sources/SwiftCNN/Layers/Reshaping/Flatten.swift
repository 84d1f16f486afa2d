/// All axes but the batch in one. Input (batch, …), output (batch, product).
public struct Flatten: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?

  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Flatten: CompilableLayer {
  static let className = "Flatten"
  static let stem = "flatten"
  static let summary = """
    Joins all axes of a sample into one.

    Shapes: (N, ...) to (N, product of the sizes).
    """
  static var settings: [Setting<Self>] {
    [
      .dataFormat
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    [try Shape.count(input, of: "\(name ?? "Flatten"): the input")]
  }
}
