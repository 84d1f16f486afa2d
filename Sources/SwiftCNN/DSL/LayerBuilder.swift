/// Collects the layers of a model from a block of code. `if`, `if … else`, `switch` and `for` work inside the block.
@resultBuilder
public enum LayerBuilder {
  /// A layer by itself.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// A list of layers.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// The layers of several statements, in order.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  /// The layers of an `if` without `else`; none if its condition is false.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// The layers of the first branch of a choice.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// The layers of the second branch of a choice.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
  /// The layers that a loop makes, in order.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
  /// The layers inside `if #available`.
  public static func buildLimitedAvailability(_ part: [any Layer]) -> [any Layer] { part }
}

/// The name of a model for those whose layers form a line.
public typealias Sequential = Model

extension Model {
  /// Builds a model with new weights.
  ///
  /// ```swift
  /// let model = try Sequential(input: [28, 28, 1]) {
  ///   Conv2D(32, kernelSize: 3, activation: .relu)
  ///   MaxPooling2D()
  ///   Flatten()
  ///   Dense(10, activation: .softmax)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - input: the shape of one sample: (height, width, channels) for images.
  ///   - seed: determines the weights, dropout and shuffling; nil uses a random seed.
  /// - Throws: `invalidValue` if a layer does not fit its input.
  public convenience init(
    input: [Int], name: String = "sequential", seed: UInt64? = nil, @LayerBuilder layers: () throws -> [any Layer]
  ) throws {
    var compilable: [any CompilableLayer] = []
    for layer in try layers() {
      guard let layer = layer as? any CompilableLayer else {
        throw SwiftCNNError.invalidValue(
          "\(type(of: layer)) is no layer of this library; use its layers, such as Conv2D and Dense")
      }
      compilable.append(layer)
    }
    let graph = try Graph(name: name, inputName: "input_layer", inputShape: input, layers: compilable)
    try self.init(graph: graph, seed: seed ?? UInt64.random(in: .min ... .max))
  }
}
