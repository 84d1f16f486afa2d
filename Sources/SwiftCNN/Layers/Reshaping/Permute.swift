/// The axes of a sample in another order: axis i of the output is axis dims[i] of the input, counted from 1.
///
/// With dims [2, 1, 3]: input (batch, H, W, C), output (batch, W, H, C).
public struct Permute: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// For each axis of the output the number of the input's, from 1, without the batch's.
  public var dims: [Int]

  /// A layer that puts the axes in this order: [2, 1, 3] swaps height and width.
  public init(_ dims: [Int], name: String? = nil) {
    self.name = name
    self.dims = dims
  }
}

extension Permute: CompilableLayer {
  static let className = "Permute"
  static let stem = "permute"
  static let summary = """
    The axes of a sample in another order.

    Shapes: (N, d1, d2, ...) to (N, d[dims[0]], d[dims[1]], ...).
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "dims", \.dims,
        Requirement("the numbers from 1 on, each once") { $0.sorted() == Array(1...max(1, $0.count)) },
        isRequired: true, doc: "for each axis of the output the number of the input's, from 1: (2, 1, 3) swaps height and width.")
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard dims.count == input.count else {
      throw .invalidValue(
        "\(title): dims names \(dims.count) axes, the input of shape \(Shape.text(input)) has \(input.count); "
          + "name every axis but the batch's")
    }
    return dims.map { input[$0 - 1] }
  }
}
