/// (x - mean) / √variance, with a mean and a variance for each index of some axes, that are given or taken from data.
///
/// Output shape = input shape. If they are not given, they are weights that no gradient reaches, which begin with 0 and 1: mean and
/// variance, of the sizes of `axes`; and count, a single number that files of Keras have and nothing reads.
public struct Normalization: Layer {
  public var name: String?
  /// Axes of the batch's shape, but not the batch's: from 1, or from -1 backwards. Empty for one mean and variance of all.
  public var axes: [Int]
  /// Of any shape that can be stretched to the sizes of `axes`; nil for weights.
  public var mean: NumberArray?
  /// As `mean`, of the same shape.
  public var variance: NumberArray?
  /// Whether the layer undoes the normalization instead: mean + x · √variance.
  public var invert: Bool

  public init(
    axes: [Int] = [-1], mean: NumberArray? = nil, variance: NumberArray? = nil, invert: Bool = false, name: String? = nil
  ) {
    self.name = name
    self.axes = axes
    self.mean = mean
    self.variance = variance
    self.invert = invert
  }
}

extension Normalization: CompilableLayer {
  static let className = "Normalization"
  static let stem = "normalization"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["axis", "mean", "variance", "invert"])
    let isScalar = config["axis"]?.value == .null
    self.init(
      axes: isScalar ? [] : try config.axes("axis", default: [-1]), mean: try Self.numbers("mean", config),
      variance: try Self.numbers("variance", config), invert: try config.bool("invert", default: false))
  }

  private static func numbers(_ key: String, _ config: JSON.Field) throws(SwiftCNNError) -> NumberArray? {
    guard let field = config.optional(key) else { return nil }
    return try NumberArray(field)
  }

  var config: JSON {
    [
      "axis": axes.isEmpty ? .null : .axes(axes), "mean": mean?.json ?? .null, "variance": variance?.json ?? .null,
      "invert": .bool(invert),
    ]
  }

  func check() throws(SwiftCNNError) {
    try checkOfSample(axes)
    guard (mean == nil) == (variance == nil) else {
      throw .invalidValue(
        "\(title): mean and variance are given together or not at all, got only the \(mean == nil ? "variance" : "mean")")
    }
    if let mean, let variance { try check(mean, variance) }
  }

  private func check(_ mean: NumberArray, _ variance: NumberArray) throws(SwiftCNNError) {
    guard mean.shape == variance.shape else {
      throw .invalidValue(
        "\(title): mean and variance must have one shape, got \(Shape.text(mean.shape)) and \(Shape.text(variance.shape))")
    }
    guard mean.shape.count <= axes.count, !mean.values.isEmpty else {
      throw .invalidValue(
        "\(title): mean and variance must hold numbers, and have no more axes than axis names (\(axes.count)); got the shape "
          + Shape.text(mean.shape))
    }
    guard (mean.values + variance.values).allSatisfy({ Float($0).isFinite }) else {
      throw .invalidValue("\(title): mean and variance must be finite in float32")
    }
    guard variance.values.allSatisfy({ $0 >= 0 }) else {
      throw .invalidValue("\(title): variance must be from 0 on, got \(variance.values.min() ?? 0)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let sizes = try places(axes, in: input).map { input[$0] }
    if let mean, mean.steps(in: sizes) == nil {
      throw .invalidValue(
        "\(title): mean and variance of the shape \(Shape.text(mean.shape)) do not fit the sizes \(Shape.text(sizes)) of axis "
          + "\(Shape.text(axes)) of an input of shape \(Shape.batchText(input))")
    }
    return input
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    guard mean == nil, let places = try? places(axes, in: input) else { return [] }
    func weight(_ name: String, _ shape: [Int], _ initializer: Initializer) -> WeightDeclaration {
      WeightDeclaration(
        name: name, shape: shape, initializer: WeightInitializer(initializer), fans: Fans(ofKernel: shape), learns: false)
    }
    let sizes = places.map { input[$0] }
    return [weight("mean", sizes, .zeros), weight("variance", sizes, .ones), weight("count", [], .zeros)]
  }
}
