/// x0 - x1, of two inputs.
public struct Subtract: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Subtract: MergeLayer {
  static let className = "Subtract"
  static let stem = "subtract"
  static let combination = Combination.difference
  static let summary = """
    The first of two inputs minus the second, element by element.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
