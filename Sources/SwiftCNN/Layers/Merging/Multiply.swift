/// x0 · x1 · …, element by element.
public struct Multiply: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Multiply: MergeLayer {
  static let className = "Multiply"
  static let stem = "multiply"
  static let combination = Combination.product
  static let summary = """
    Product of the inputs, element by element.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
