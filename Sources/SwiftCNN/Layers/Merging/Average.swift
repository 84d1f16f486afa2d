/// The mean of the inputs, element by element.
public struct Average: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Average: MergeLayer {
  static let className = "Average"
  static let stem = "average"
  static let combination = Combination.mean
  static let summary = """
    Mean of the inputs, element by element.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
