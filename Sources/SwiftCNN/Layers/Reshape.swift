/// The same values in the same order, under another shape. Input (batch, …), output (batch, targetShape…).
public struct Reshape: Layer {
  public var name: String?
  /// One size may be -1: whatever is left.
  public var targetShape: [Int]

  public init(_ targetShape: [Int], name: String? = nil) {
    self.name = name
    self.targetShape = targetShape
  }
}

extension Reshape: CompilableLayer {
  static let className = "Reshape"
  static let stem = "reshape"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["target_shape"])
    self.init(try config.member("target_shape").integers())
  }

  var config: JSON { ["target_shape": JSON(targetShape)] }

  private var unknown: Int { targetShape.count { $0 == -1 } }

  func check() throws(SwiftCNNError) {
    guard !targetShape.isEmpty, unknown <= 1, targetShape.allSatisfy({ $0 > 0 || $0 == -1 }) else {
      throw .invalidValue(
        "\(title): target_shape must be positive sizes, of which one may be -1 for whatever is left, got "
          + Shape.text(targetShape))
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let elements = try Shape.count(input, of: "\(title): the input")
    let known = try Shape.count(targetShape.filter { $0 > 0 }, of: "\(title): target_shape")
    guard unknown == 1 ? elements % known == 0 : elements == known else {
      throw .invalidValue(
        "\(title): target_shape \(Shape.text(targetShape)) cannot hold the \(elements) values of an input of shape "
          + "\(Shape.text(input)); use sizes whose product is \(elements), or -1 for one of them")
    }
    return targetShape.map { $0 == -1 ? elements / known : $0 }
  }
}
