// Initializers that depend only on the shape of the weight.

extension Initializer {
  /// Normal numbers of this mean and standard deviation, which is at least 0.
  public static func randomNormal(mean: Double, deviation: Double) -> Initializer {
    Initializer(RandomNormal(mean: mean, deviation: deviation))
  }
  /// Cut at two deviations.
  public static func truncatedNormal(mean: Double, deviation: Double) -> Initializer {
    Initializer(TruncatedNormal(mean: mean, deviation: deviation))
  }
  /// Uniform numbers between two bounds, of which `low` is at most `high`.
  public static func randomUniform(from low: Double, to high: Double) -> Initializer {
    Initializer(RandomUniform(low: low, high: high))
  }
  /// A matrix with orthogonal rows or columns, whichever are fewer (Saxe et al. 2013), times `gain`.
  public static func orthogonal(gain: Double) -> Initializer { Initializer(Orthogonal(gain: gain)) }
}

struct RandomNormal: InitialValues {
  var mean: Double
  var deviation: Double

  static let className = "RandomNormal"
  static let isRandom = true
  static let summary = "Normal numbers."
  static var settings: [Setting<RandomNormal>] {
    [
      Setting("mean", \.mean, .finite, doc: "their mean."),
      Setting("stddev", \.deviation, .notNegative, doc: "their standard deviation."),
    ]
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    try weight.normal(Float(mean), Float(deviation))
  }
}

struct TruncatedNormal: InitialValues {
  var mean: Double
  var deviation: Double

  static let className = "TruncatedNormal"
  static let isRandom = true
  static let summary = "Normal numbers, none of them further from the mean than two deviations."
  static var settings: [Setting<TruncatedNormal>] {
    [
      Setting("mean", \.mean, .finite, doc: "their mean."),
      Setting("stddev", \.deviation, .notNegative, doc: "the standard deviation before the cut."),
    ]
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    try weight.truncatedNormal(Float(mean), Float(deviation))
  }
}

struct RandomUniform: InitialValues {
  var low: Double
  var high: Double

  static let className = "RandomUniform"
  static let isRandom = true
  static let summary = "Uniform numbers."
  static var settings: [Setting<RandomUniform>] {
    [
      Setting("minval", \.low, .finite, doc: "their lower bound."),
      Setting("maxval", \.high, .finite, doc: "their upper bound."),
    ]
  }

  func checkTogether() throws(SwiftCNNError) {
    guard low <= high else {
      throw .invalidValue("\(className): minval must not be greater than maxval, got \(low) and \(high)")
    }
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) {
    try weight.uniform(around: Float((low + high) / 2), within: Float((high - low) / 2))
  }
}

struct Orthogonal: InitialValues {
  var gain: Double

  static let className = "Orthogonal"
  static let isRandom = true
  static let summary =
    "A matrix whose rows or columns, whichever are fewer, stand at right angles (Saxe et al., 2013). A kernel counts as a matrix "
    + "from its inputs to its last axis."
  static var settings: [Setting<Orthogonal>] {
    [
      Setting("gain", \.gain, .finite, doc: "the length of these rows or columns.")
    ]
  }

  func check(_ name: String, shape: [Int]) throws(SwiftCNNError) {
    guard shape.count >= 2 else {
      throw .invalidValue("\(name): orthogonal is for weights of two or more axes, got the shape \(Shape.text(shape))")
    }
  }

  func fill(_ weight: RandomWeights, shape: [Int], fans: Fans) throws(SwiftCNNError) { try weight.orthogonal(shape, Float(gain)) }
}
