/// The input `n` times, one below the other. Input (batch, features), output (batch, n, features).
public struct RepeatVector: Layer {
  /// Number of repetitions, above 0.
  public var name: String?
  /// Number of repetitions, above 0.
  public var n: Int

  /// A layer that repeats its input `n` times.
  public init(_ n: Int, name: String? = nil) {
    self.name = name
    self.n = n
  }
}

extension RepeatVector: CompilableLayer {
  static let className = "RepeatVector"
  static let stem = "repeat_vector"
  static let summary = """
    The input `n` times, one below the other.

    Shapes: (N, features) to (N, n, features).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("n", \.n, .positive, isRequired: true, doc: "number of repetitions.")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard input.count == 1 else {
      throw .invalidValue(
        "\(title) expects vectors (features,), got an input of shape \(Shape.text(input)); put a Flatten before it")
    }
    return [n, input[0]]
  }
}
