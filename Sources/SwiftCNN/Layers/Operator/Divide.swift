/// x0 / x1, of two inputs. In Python, `x / y` makes this layer.
public struct Divide: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// A layer, which has no settings but its name.
  public init(name: String? = nil) { self.name = name }
}

extension Divide: MergeLayer {
  static let className = "Divide"
  static let stem = "true_divide"
  static let combination = Combination.quotient
  static let summary = """
    The first of two inputs divided by the second, element by element: `x / y`.

    Shapes of the inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.
    """
}
