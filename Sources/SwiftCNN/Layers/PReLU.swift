/// x above 0, alpha · x below it, where alpha is learned. Output shape = input shape.
///
/// alpha has the shape of a sample, with 1 for every shared axis. Reference: He et al., ICCV 2015.
public struct PReLU: Layer {
  public var name: String?
  /// Axes along which alpha is the same, counted from 1: [1, 2] gives an image one alpha a channel.
  public var sharedAxes: [Int]
  public var alphaInitializer: WeightInitializer
  public var weightRules = WeightRules()

  public init(sharedAxes: [Int] = [], alphaInitializer: Initializer = .zeros, name: String? = nil) {
    self.name = name
    self.sharedAxes = sharedAxes
    self.alphaInitializer = WeightInitializer(alphaInitializer)
  }
}

extension PReLU: CompilableLayer, RuledLayer {
  static let className = "PReLU"
  static let stem = "p_re_lu"
  public static let ruledWeights = ["alpha"]

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["alpha_initializer", "shared_axes"])
    self.init(sharedAxes: try config.axes("shared_axes", default: []))
    if let field = config["alpha_initializer"] { alphaInitializer = try WeightInitializer(field) }
  }

  var config: JSON {
    ["alpha_initializer": alphaInitializer.json, "shared_axes": sharedAxes.isEmpty ? .null : JSON(sharedAxes)]
  }

  func check() throws(SwiftCNNError) {
    guard sharedAxes.allSatisfy({ $0 >= 1 }) else {
      throw .invalidValue("\(title): shared_axes count from 1, got \(Shape.text(sharedAxes))")
    }
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
