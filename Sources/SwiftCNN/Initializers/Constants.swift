// Initializers without random numbers.

extension Initializer {
  /// All numbers are 0.
  public static var zeros: Initializer { Initializer(Zeros()) }
  /// All numbers are 1.
  public static var ones: Initializer { Initializer(Ones()) }
  /// One value for all.
  public static func constant(_ value: Double) -> Initializer { Initializer(Constant(value: value)) }
  /// A matrix with `gain` on its diagonal.
  public static func identity(gain: Double) -> Initializer { Initializer(IdentityMatrix(gain: gain)) }
}

struct Zeros: InitialValues {
  static let className = "Zeros"
  static let isRandom = false
  static let summary = "All zeros."
  static var settings: [Setting<Zeros>] { [] }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) { weight.values.update(repeating: 0) }
}

struct Ones: InitialValues {
  static let className = "Ones"
  static let isRandom = false
  static let summary = "All ones."
  static var settings: [Setting<Ones>] { [] }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) { weight.values.update(repeating: 1) }
}

struct Constant: InitialValues {
  var value: Double

  static let className = "Constant"
  static let isRandom = false
  static let summary = "One value for all."
  static var settings: [Setting<Constant>] {
    [
      Setting("value", \.value, .finite, doc: "the number.")
    ]
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    weight.values.update(repeating: Float(value))
  }
}

struct IdentityMatrix: InitialValues {
  var gain: Double

  static let className = "Identity"
  static let isRandom = false
  static let summary = "A matrix with `gain` on its diagonal and zeros elsewhere."
  static var settings: [Setting<IdentityMatrix>] {
    [
      Setting("gain", \.gain, .finite, doc: "the number on the diagonal.")
    ]
  }

  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) {
    guard shape.count == 2 else {
      throw .invalidValue("\(name): identity is for matrices, got the shape \(Shape.text(shape))")
    }
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    weight.values.update(repeating: 0)
    for i in 0..<min(shape[0], shape[1]) { weight.values[i * shape[1] + i] = Float(gain) }
  }
}
