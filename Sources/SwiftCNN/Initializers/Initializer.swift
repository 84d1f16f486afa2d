/// The rule for a weight's initial values. There is a static property or function for each, such as `.heNormal`, in the file of
/// its class.
public struct Initializer: Sendable {
  let values: any InitialValues

  init(_ values: any InitialValues) { self.values = values }

  /// All initializers with their defaults, in the order of the documentation.
  static let registry: [Initializer] = [
    .zeros, .ones, .constant(0), .identity(gain: 1), .randomNormal(mean: 0, deviation: 0.05),
    .truncatedNormal(mean: 0, deviation: 0.05), .randomUniform(from: -0.05, to: 0.05), .varianceScaling(), .orthogonal(gain: 1),
    .glorotUniform, .glorotNormal, .heUniform, .heNormal, .lecunUniform, .lecunNormal,
  ]
}

/// The computation of an initializer. Each class is a line in `Initializer.registry`. Files use its name in snake case.
protocol InitialValues: Described {
  /// Whether it uses random numbers.
  static var isRandom: Bool { get }
  /// Throws if it is not valid for a weight of this shape. - Parameter name: the name of the weight in error messages.
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError)
  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError)
}

extension InitialValues {
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) {}
}

extension Initializer: Equatable {
  /// Whether both have the same class and the same settings.
  public static func == (first: Initializer, second: Initializer) -> Bool {
    first.values.description == second.values.description
  }
}

extension Initializer {
  /// Throws if it is not valid for a weight of this shape.
  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) { try values.check(name, shape: shape) }

  /// Fills a weight. Element e depends on (seed, stream, e) alone, except for orthogonal weights.
  func fill(
    _ weight: UnsafeMutableBufferPointer<Float>, shape: [Int], fans: Fans, seed: UInt64, stream: UInt32
  ) throws(SwiftCNNError) {
    let numbers = RandomWeights(values: weight, random: Philox(seed: seed), stream: stream)
    try values.fill(numbers, shape: shape, fans: fans)
  }

  /// The class, for tools that generate text.
  var schema: JSON {
    guard case .object(var schema) = values.schema else { return .null }
    schema["file_name"] = .string(values.snakeName)
    schema["random"] = .bool(type(of: values).isRandom)
    return .object(schema)
  }
}

/// The number of inputs and outputs of one unit. For a convolution, they are multiplied by the kernel's area.
struct Fans: Sendable {
  var incoming: Int
  var outgoing: Int
}

extension Fans {
  /// As in Keras, for a weight of any shape: the last two axes of a kernel are inputs and outputs, and the others are its area.
  init(ofKernel shape: [Int]) {
    let area = shape.dropLast(2).reduce(1, *)
    let outgoing = shape.last ?? 1
    self.init(incoming: area * (shape.count < 2 ? outgoing : shape[shape.count - 2]), outgoing: area * outgoing)
  }
}
