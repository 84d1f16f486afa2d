/// A layer's description: a plain value that a model is built from. It owns no weights.
///
/// Its settings are checked when a model is built of it, which throws `invalidValue` for one that is not allowed.
public protocol Layer: Sendable {
  /// The name in summaries, weight names and files; nil lets the model choose one as Keras does.
  var name: String? { get set }
}

/// What the graph and the plan need of a layer. Every layer of this module conforms.
protocol CompilableLayer: Layer, Described {
  /// The stem of automatic names: "conv2d" gives conv2d, conv2d_1, …
  static var stem: String { get }

  /// The `config` object of a file.
  var config: JSON.Object { get }
  /// Rules for its weights, which are kept apart from `config`; layers without weights have none.
  static var ruledWeights: [String] { get }
  var weightRules: WeightRules { get set }

  /// Shape of the output for one sample, or an error that says what does not fit. It is called only after `checkAll`.
  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int]
  /// The same for a layer that takes several inputs.
  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int]
  func weights(for input: [Int]) -> [WeightDeclaration]
}

extension CompilableLayer {
  /// What errors call the layer.
  var title: String { name ?? Self.className }

  /// Most layers take one input.
  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int] {
    guard inputs.count == 1 else {
      throw .invalidValue("\(title) takes one input, got \(inputs.count); join them first, by Concatenate or Add for example")
    }
    return try outputShape(for: inputs[0])
  }

  /// Most layers have none.
  func weights(for input: [Int]) -> [WeightDeclaration] { [] }

  /// Refuses settings that no input can make right.
  func checkAll() throws(SwiftCNNError) {
    try checkSettings(title)
    if let layer = self as? any ActivatedLayer { try layer.activation.check() }
    try weightRules.check(title, weights: Self.ruledWeights)
  }

  func requireImages(_ input: [Int]) throws(SwiftCNNError) {
    guard input.count == 3 else {
      throw .invalidValue(
        "\(title) expects images (height, width, channels), got an input of shape \(Shape.text(input)); "
          + "give the model an input of three axes, or put the layer before Flatten")
    }
  }

  static var ruledWeights: [String] { [] }
  var weightRules: WeightRules {
    get { WeightRules() }
    set {}
  }
}

/// A layer that changes images at random, in training and where a model is called as for augmentation.
protocol AugmentationLayer: CompilableLayer {}

extension AugmentationLayer {
  /// Most leave the size as it is.
  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return input
  }
}

/// A weight tensor that a layer asks for.
struct WeightDeclaration: Sendable {
  var name: String
  var shape: [Int]
  var initializer: WeightInitializer
  var fans: Fans
  /// Whether gradients reach it; statistics follow the data instead.
  var learns = true
  /// What rules call it, where that is not its name.
  var ruledAs: String?
}

extension WeightDeclaration {
  static func bias(_ count: Int, _ initializer: WeightInitializer) -> WeightDeclaration {
    WeightDeclaration(name: "bias", shape: [count], initializer: initializer, fans: Fans(incoming: count, outgoing: count))
  }
}
