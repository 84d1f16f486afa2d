/// The same values in the same order, under another shape. Input (batch, …), output (batch, targetShape…).
public struct Reshape: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// One size may be -1: whatever is left.
  public var targetShape: [Int]

  /// A layer whose output has this shape, without the batch's axis.
  public init(_ targetShape: [Int], name: String? = nil) {
    self.name = name
    self.targetShape = targetShape
  }
}

extension Reshape: CompilableLayer {
  static let className = "Reshape"
  static let stem = "reshape"
  static let summary = """
    The same values in the same order, in another shape.

    Shapes: (N, ...) to (N, *target_shape).
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "target_shape", \.targetShape,
        Requirement("positive sizes, of which one may be -1 for what remains") { sizes in
          !sizes.isEmpty && sizes.count { $0 == -1 } <= 1 && sizes.allSatisfy { $0 > 0 || $0 == -1 }
        }, isRequired: true, doc: "sizes without the batch axis; one of them may be -1 for what remains.")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let elements = try Shape.count(input, of: "\(title): the input")
    let known = try Shape.count(targetShape.filter { $0 > 0 }, of: "\(title): target_shape")
    guard targetShape.contains(-1) ? elements % known == 0 : elements == known else {
      throw .invalidValue(
        "\(title): target_shape \(Shape.text(targetShape)) cannot hold the \(elements) values of an input of shape "
          + "\(Shape.text(input)); use sizes whose product is \(elements), or -1 for one of them")
    }
    return targetShape.map { $0 == -1 ? elements / known : $0 }
  }
}
