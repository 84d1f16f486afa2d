/// In training, cuts a part of this size out of every image, at a place that is drawn. Otherwise, and from images that are
/// too small, takes the largest part in the middle with this aspect ratio, resized (bilinear).
///
/// Input (batch, H, W, channels), output (batch, height, width, channels).
public struct RandomCrop: Layer {
  public var name: String?
  public var height: Int
  public var width: Int
  /// A stream of random numbers of its own; nil takes the model's.
  public var seed: UInt64?

  public init(height: Int, width: Int, seed: UInt64? = nil, name: String? = nil) {
    self.name = name
    self.height = height
    self.width = width
    self.seed = seed
  }
}

extension RandomCrop: AugmentationLayer {
  static let className = "RandomCrop"
  static let stem = "random_crop"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["height", "width", "seed"])
    self.init(
      height: try config.integer("height"), width: try config.integer("width"), seed: try config.optional("seed")?.unsigned())
  }

  var config: JSON { ["height": .integer(height), "width": .integer(width), "seed": JSON(seed: seed)] }

  func check() throws(SwiftCNNError) {
    guard height > 0, width > 0 else {
      throw .invalidValue("\(title): height and width must be positive integers, got \(height) and \(width)")
    }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    let channels = try Self.images(input, title)[2]
    _ = try Shape.count([height, width, max(input[0], input[1])], of: "\(title): the output")
    return [height, width, channels]
  }

  func weights(for input: [Int]) -> [WeightDeclaration] { [] }
}
