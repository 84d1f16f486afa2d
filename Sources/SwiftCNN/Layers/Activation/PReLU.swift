/// x above 0, alpha · x below it, where alpha is learned. Output shape = input shape.
///
/// alpha has the shape of a sample, with 1 for every shared axis. Reference: He et al., ICCV 2015.
public struct PReLU: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Axes that share alpha, counted from 1: [1, 2] gives an image one alpha for each channel.
  public var sharedAxes: [Int]
  /// Initial values of alpha.
  public var alphaInitializer: WeightInitializer
  /// The regularizers and constraints of the weights that `ruledWeights` lists.
  public var weightRules = WeightRules()

  /// A layer with Keras's defaults.
  public init(sharedAxes: [Int] = [], alphaInitializer: Initializer = .zeros, name: String? = nil) {
    self.name = name
    self.sharedAxes = sharedAxes
    self.alphaInitializer = WeightInitializer(alphaInitializer)
  }
}

extension PReLU: CompilableLayer, RuledLayer {
  static let className = "PReLU"
  static let stem = "p_re_lu"
  /// The weights that `weightRules` may name.
  public static let ruledWeights = ["alpha"]
  static let summary = """
    x above 0, `alpha * x` below it, where alpha is a weight.

    Reference: He et al., 2015. Shapes: (N, ...), unchanged; alpha has the shape of a sample, with 1 for each shared axis.
    """
  static var settings: [Setting<Self>] {
    [
      .initializer("alpha", \.alphaInitializer),
      Setting(
        "shared_axes", \.axesOrNull, Requirement("numbers from 1, or null") { $0.axes.allSatisfy { $0 >= 1 } },
        doc: "axes along which alpha is the same, from 1: (1, 2) gives an image one alpha for each channel; None for no axis."
      ).keywordOnly(),
    ]
  }

  fileprivate var axesOrNull: SharedAxes {
    get { SharedAxes(axes: sharedAxes) }
    set { sharedAxes = newValue.axes }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    for axis in sharedAxes where axis < 1 || axis > input.count {
      throw .invalidValue(
        "\(title): shared_axes must be from 1 to \(input.count), the axes of an input of shape \(Shape.batchText(input)) "
          + "without the batch's; got \(Shape.text(sharedAxes))")
    }
    return input
  }

  func weights(for input: [Int]) -> [WeightDeclaration] {
    let shape = input.indices.map { sharedAxes.contains($0 + 1) ? 1 : input[$0] }
    return [WeightDeclaration(name: "alpha", shape: shape, initializer: alphaInitializer, fans: Fans(ofKernel: shape))]
  }
}

/// One axis or several, or null for none; written as a list.
private struct SharedAxes: SettingValue {
  let axes: [Int]

  init(axes: [Int]) { self.axes = axes }

  init(setting field: JSON.Field) throws(SwiftCNNError) {
    axes = try OneOrMore<Int>?(setting: field)?.values ?? []
  }
  var json: JSON { axes.isEmpty ? .null : JSON(axes) }
  static var type: SettingType { OneOrMore<Int>?.type }
}
