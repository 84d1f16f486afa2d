/// The input `n` times, one below the other. Input (batch, features), output (batch, n, features).
public struct RepeatVector: Layer {
  public var name: String?
  public var n: Int

  public init(_ n: Int, name: String? = nil) {
    self.name = name
    self.n = n
  }
}

extension RepeatVector: CompilableLayer {
  static let className = "RepeatVector"
  static let stem = "repeat_vector"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["n"])
    self.init(try config.integer("n"))
  }

  var config: JSON { ["n": .integer(n)] }

  func check() throws(SwiftCNNError) {
    guard n > 0 else { throw .invalidValue("\(title): n must be a positive integer, got \(n)") }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard input.count == 1 else {
      throw .invalidValue(
        "\(title) expects vectors (features,), got an input of shape \(Shape.text(input)); put a Flatten before it")
    }
    return [n, input[0]]
  }
}
