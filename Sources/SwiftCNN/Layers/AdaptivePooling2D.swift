/// The mean of each of as many windows as the output has pixels, whatever the image's size: window i of n along an axis of L
/// pixels goes from ⌊i·L/n⌋ to ⌈(i+1)·L/n⌉. Input (batch, H, W, C), output (batch, height, width, C).
public struct AdaptiveAveragePooling2D: Layer {
  public var name: String?
  public var outputSize: Extent

  public init(outputSize: Extent, name: String? = nil) {
    self.name = name
    self.outputSize = outputSize
  }
}

/// The largest value of each window, where the windows are those of ``AdaptiveAveragePooling2D``.
/// Input (batch, H, W, C), output (batch, height, width, C).
public struct AdaptiveMaxPooling2D: Layer {
  public var name: String?
  public var outputSize: Extent

  public init(outputSize: Extent, name: String? = nil) {
    self.name = name
    self.outputSize = outputSize
  }
}

extension AdaptiveAveragePooling2D: AdaptivePoolingLayer {
  static let className = "AdaptiveAveragePooling2D"
  static let stem = "adaptive_average_pooling2d"
}

extension AdaptiveMaxPooling2D: AdaptivePoolingLayer {
  static let className = "AdaptiveMaxPooling2D"
  static let stem = "adaptive_max_pooling2d"
}

/// The two layers differ in the operation alone.
protocol AdaptivePoolingLayer: CompilableLayer {
  var outputSize: Extent { get }
  init(outputSize: Extent, name: String?)
}

extension AdaptivePoolingLayer {
  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["output_size"])
    self.init(outputSize: try config.extent("output_size"), name: nil)
  }

  var config: JSON { ["output_size": outputSize.json] }

  func check() throws(SwiftCNNError) {
    try outputSize.check("output_size", of: title)
    try ResamplingAxis.check([outputSize.height, outputSize.width], of: title)
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    try ResamplingAxis.check([input[0], input[1]], of: title)
    return [outputSize.height, outputSize.width, input[2]]
  }
}
