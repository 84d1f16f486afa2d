/// How a weight tensor starts. There is a static property or function for each, such as `.heNormal`, in the file of its class.
public struct Initializer: Sendable {
  let values: any InitialValues

  init(_ values: any InitialValues) { self.values = values }

  /// All of them, with their defaults, in the order of documentation.
  static let registry: [Initializer] = [
    .zeros, .ones, .constant(0), .identity(gain: 1), .randomNormal(mean: 0, deviation: 0.05),
    .truncatedNormal(mean: 0, deviation: 0.05), .randomUniform(from: -0.05, to: 0.05), .varianceScaling(), .orthogonal(gain: 1),
    .glorotUniform, .glorotNormal, .heUniform, .heNormal, .lecunUniform, .lecunNormal,
  ]
}

/// The arithmetic of an initializer. Each class is a line in `Initializer.registry`; files call it by its name in small letters.
protocol InitialValues: Described {
  /// Whether it draws random numbers.
  static var isRandom: Bool { get }
  /// Refuses a weight of this shape, if it makes no sense for it. - Parameter name: what the message calls the weight.
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError)
  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError)
}

extension InitialValues {
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) {}
}

extension Initializer: Equatable {
  /// Whether both are of one class with the same settings.
  public static func == (first: Initializer, second: Initializer) -> Bool {
    first.values.description == second.values.description
  }
}

extension Initializer {
  /// Refuses what makes no sense for a weight of this shape.
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) { try values.check(name, shape: shape) }

  /// Fills a weight; element e depends on (seed, stream, e) alone, but for orthogonal ones.
  func fill(
    _ weight: UnsafeMutableBufferPointer<Float>, shape: [Int], fans: Fans, seed: UInt64, stream: UInt32
  ) throws(SwiftCNNError) {
    let numbers = RandomWeights(values: weight, random: Philox(seed: seed), stream: stream)
    try values.fill(numbers, shape: shape, fans: fans)
  }

  /// The class for tools that write text of it.
  var schema: JSON {
    guard case .object(var schema) = values.schema else { return .null }
    schema["name"] = .string(values.snakeName)
    schema["random"] = .bool(type(of: values).isRandom)
    return .object(schema)
  }
}

/// The inputs and outputs that one unit is connected to; a convolution counts its kernel's area.
struct Fans: Sendable {
  var incoming: Int
  var outgoing: Int
}

extension Fans {
  /// Keras's for a weight of any shape: a kernel's last two axes are inputs and outputs, the others its area.
  init(ofKernel shape: [Int]) {
    let area = shape.dropLast(2).reduce(1, *)
    let outgoing = shape.last ?? 1
    self.init(incoming: area * (shape.count < 2 ? outgoing : shape[shape.count - 2]), outgoing: area * outgoing)
  }
}
