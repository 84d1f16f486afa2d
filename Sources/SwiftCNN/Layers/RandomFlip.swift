/// In training, flips an image with probability 1/2, in both directions at once if `mode` has both.
///
/// Input (batch, H, W, channels), output alike.
public struct RandomFlip: Layer {
  /// Raw values are Keras's names.
  public enum Mode: String, CaseIterable, Sendable {
    /// Left and right.
    case horizontal
    /// Top and bottom.
    case vertical
    case both = "horizontal_and_vertical"
  }

  public var name: String?
  public var mode: Mode
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  public init(_ mode: Mode = .both, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.mode = mode
    self.seed = seed
  }
}

extension RandomFlip: AugmentationLayer {
  static let className = "RandomFlip"
  static let stem = "random_flip"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["mode", "seed"])
    self.init(try config.named("mode", default: Mode.both), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["mode": .string(mode.rawValue), "seed": JSON(seed: seed)] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try Self.images(input, name ?? Self.className) }

  func weights(for input: [Int]) -> [WeightDeclaration] { [] }
}
