/// The axes of a sample in another order: axis i of the output is axis dims[i] of the input, counted from 1.
///
/// With dims [2, 1, 3]: input (batch, H, W, C), output (batch, W, H, C).
public struct Permute: Layer {
  public var name: String?
  public var dims: [Int]

  public init(_ dims: [Int], name: String? = nil) {
    self.name = name
    self.dims = dims
  }
}

extension Permute: CompilableLayer {
  static let className = "Permute"
  static let stem = "permute"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["dims"])
    self.init(try config.member("dims").integers())
  }

  var config: JSON { ["dims": JSON(dims)] }

  func check() throws(SwiftCNNError) {
    guard dims.sorted() == Array(1...max(1, dims.count)) else {
      throw .invalidValue(
        "\(title): dims must be the numbers from 1 to \(max(1, dims.count)), each once, got \(Shape.text(dims))")
    }
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
