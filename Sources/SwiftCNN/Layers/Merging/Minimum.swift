/// The smallest of the inputs, element by element. The gradient goes to the first input with this value.
public struct Minimum: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Minimum: MergeLayer {
  static let className = "Minimum"
  static let stem = "minimum"
  static let combination = Combination.minimum
  static let summary = """
    Minimum of the inputs, element by element; the first input that has it gets the gradient.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
