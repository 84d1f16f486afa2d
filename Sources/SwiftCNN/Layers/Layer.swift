/// A layer's description: a plain value that a model is built from. It owns no weights.
///
/// Its settings are checked when a model is built from it. Building throws `invalidValue` if a setting is not allowed.
public protocol Layer: Sendable {
  /// The name in summaries, weight names and files; nil lets the model choose one as Keras does.
  var name: String? { get set }
}

/// The requirements of the graph and the plan. Every layer of this module conforms.
protocol CompilableLayer: Layer, Described {
  /// The prefix of automatic names: "conv2d" gives conv2d, conv2d_1, …
  static var stem: String { get }

  /// The `config` object of a file.
  var config: JSON.Object { get }
  /// Regularizers and constraints of its weights, which are not part of `config`. Layers without weights have none.
  static var ruledWeights: [String] { get }
  var weightRules: WeightRules { get set }

  /// The output shape for one sample, or an error that says what does not fit. Called only after `checkAll`.
  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int]
  /// The same for a layer with several inputs.
  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int]
  func weights(for input: [Int]) -> [WeightDeclaration]
}

extension CompilableLayer {
  /// The name of the layer in error messages.
  var title: String { name ?? Self.className }

  /// Most layers have one input.
  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int] {
    guard inputs.count == 1 else {
      throw .invalidValue("\(title) takes one input, got \(inputs.count); join them first, by Concatenate or Add for example")
    }
    return try outputShape(for: inputs[0])
  }

  /// Most layers have none.
  func weights(for input: [Int]) -> [WeightDeclaration] { [] }

  /// Throws for settings that are not valid with any input.
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

/// A layer that changes images at random, in training and when a model is called for augmentation.
protocol AugmentationLayer: CompilableLayer {}

extension AugmentationLayer {
  /// Most of these layers keep the size of the image.
  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return input
  }
}

/// A weight tensor that a layer needs.
struct WeightDeclaration: Sendable {
  var name: String
  var shape: [Int]
  var initializer: WeightInitializer
  var fans: Fans
  /// Whether gradients reach it. They do not reach statistics, which are computed from the data.
  var learns = true
  /// Its name in rules, if it is not the weight's own name.
  var ruledAs: String?
}

extension WeightDeclaration {
  static func bias(_ count: Int, _ initializer: WeightInitializer) -> WeightDeclaration {
    WeightDeclaration(name: "bias", shape: [count], initializer: initializer, fans: Fans(incoming: count, outgoing: count))
  }
}
