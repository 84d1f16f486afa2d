/// The largest of the inputs, element by element. The gradient goes to the first input with this value.
public struct Maximum: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Maximum: MergeLayer {
  static let className = "Maximum"
  static let stem = "maximum"
  static let combination = Combination.maximum
  static let summary = """
    Maximum of the inputs, element by element; the first input that has it gets the gradient.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
