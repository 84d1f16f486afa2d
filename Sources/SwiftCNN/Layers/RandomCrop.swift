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

  func lower(into lowering: inout Lowering) {
    let fits = lowering.shape[0] >= height && lowering.shape[1] >= width
    if lowering.isTraining && fits { addCut(to: &lowering) } else { addResizedMiddle(to: &lowering) }
  }

  private func addCut(to lowering: inout Lowering) {
    let (inputHeight, inputWidth, channels) = (lowering.shape[0], lowering.shape[1], lowering.shape[2])
    let sampler = Sampler(
      height: inputHeight, width: inputWidth, channels: channels, row: inputWidth * channels, outputHeight: height,
      outputWidth: width, interpolation: .nearest)
    let (rows, columns) = (0...Double(inputHeight - height + 1), 0...Double(inputWidth - width + 1))
    let random = lowering.random(seed: seed)
    lowering.add(output: [height, width, channels]) { values, _ in
      AffineTransformOperation(values, sampler: sampler, random: random) { amounts in
        AffineMap(
          x0: Float(amounts.uniform(1, columns).rounded(.down)), y0: Float(amounts.uniform(0, rows).rounded(.down)))
      }
    }
  }

  private func addResizedMiddle(to lowering: inout Lowering) {
    let (inputHeight, inputWidth, channels) = (lowering.shape[0], lowering.shape[1], lowering.shape[2])
    let partHeight = max(min(inputHeight, inputWidth * height / width), 1)
    let partWidth = max(min(inputWidth, inputHeight * width / height), 1)
    let start = ((inputHeight - partHeight) / 2 * inputWidth + (inputWidth - partWidth) / 2) * channels
    let sampler = Sampler(
      height: partHeight, width: partWidth, channels: channels, row: inputWidth * channels, outputHeight: height,
      outputWidth: width, fillMode: .nearest)
    // Pixels are squares around their centers.
    let (stepX, stepY) = (Float(partWidth) / Float(width), Float(partHeight) / Float(height))
    let map = AffineMap(xx: stepX, x0: stepX / 2 - 0.5, yy: stepY, y0: stepY / 2 - 0.5)
    let random = lowering.random(seed: seed)
    lowering.add(output: [height, width, channels]) { values, _ in
      AffineTransformOperation(values, sampler: sampler, start: start, random: random) { _ in map }
    }
  }
}
