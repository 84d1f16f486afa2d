/// x0 + x1 + …, element by element.
public struct Add: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Add: MergeLayer {
  static let className = "Add"
  static let stem = "add"
  static let combination = Combination.sum
  static let summary = """
    Sum of the inputs, element by element. The layer takes a list: `Add()([x, shortcut])`.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
