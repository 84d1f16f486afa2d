/// (x - mean) / √variance, with a mean and a variance for each index of some axes, that are given or taken from data.
///
/// Output shape = input shape. If they are not given, they are weights that no gradient reaches, which begin with 0 and 1: mean and
/// variance, of the sizes of `axes`; and count, a single number that files of Keras have and nothing reads.
public struct Normalization: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Axes of the batch's shape, but not the batch's: from 1, or from -1 backwards. Empty for one mean and variance of all.
  public var axes: [Int]
  /// Of any shape that can be stretched to the sizes of `axes`; nil for weights.
  public var mean: NumberArray?
  /// As `mean`, of the same shape.
  public var variance: NumberArray?
  /// Whether the layer undoes the normalization instead: mean + x · √variance.
  public var invert: Bool

  /// A layer with Keras's defaults.
  ///
  /// `mean` and `variance` are given together or not at all.
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
  static let summary = """
    `(x - mean) / sqrt(variance)`, with one mean and one variance for each index of an axis.

    Without `mean` and `variance` they are weights that do not learn, 0 and 1 before `adapt`. A third weight, `count`, exists
    because files of Keras have it. Shapes: (N, ...), unchanged; the weights have the sizes of `axis`, and () for count.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "axis", optional: \.axes.oneOrMoreOrNone, .sampleAxes, type: "axes_of_statistics",
        doc: "axes with a mean for each index, all but the batch's are allowed; None for a single mean and variance."),
      Setting(
        "mean", \.mean,
        doc: "numbers, or arrays that can be broadcast to the sizes of `axis`; None if `adapt` computes them from data."),
      Setting("variance", \.variance, doc: "the same for the variance, of the shape of `mean`; at least 0."),
      Setting("invert", \.invert, doc: "True undoes the normalization: `mean + x * sqrt(variance)`."),
    ]
  }

  func checkTogether() throws(SwiftCNNError) {
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
