/// The largest value of each window. Input (batch, H, W, C), output (batch, H', W', C).
public struct MaxPooling2D: Layer {
  public var name: String?
  public var poolSize: Extent
  /// nil means the pool's size.
  public var strides: Extent?
  public var padding: Padding

  public init(poolSize: Extent = 2, strides: Extent? = nil, padding: Padding = .valid, name: String? = nil) {
    self.name = name
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
  }
}

/// The mean of each window; padding does not count. Input (batch, H, W, C), output (batch, H', W', C).
public struct AveragePooling2D: Layer {
  public var name: String?
  public var poolSize: Extent
  /// nil means the pool's size.
  public var strides: Extent?
  public var padding: Padding

  public init(poolSize: Extent = 2, strides: Extent? = nil, padding: Padding = .valid, name: String? = nil) {
    self.name = name
    self.poolSize = poolSize
    self.strides = strides
    self.padding = padding
  }
}

extension MaxPooling2D: PoolingLayer {
  static let className = "MaxPooling2D"
  static let stem = "max_pooling2d"
}

extension AveragePooling2D: PoolingLayer {
  static let className = "AveragePooling2D"
  static let stem = "average_pooling2d"
}

/// The two pooling layers with a window differ in the operation alone.
protocol PoolingLayer: CompilableLayer {
  var poolSize: Extent { get }
  var strides: Extent? { get }
  var padding: Padding { get }
  init(poolSize: Extent, strides: Extent?, padding: Padding, name: String?)
}

extension PoolingLayer {
  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["pool_size", "strides", "padding"])
    let strides = config.optional("strides") == nil ? nil : try config.extent("strides")
    self.init(
      poolSize: try config.extent("pool_size", default: 2), strides: strides, padding: try config.padding("padding"), name: nil)
  }

  var config: JSON {
    ["pool_size": poolSize.json, "strides": (strides ?? poolSize).json, "padding": .string(padding.rawValue)]
  }

  func check() throws(SwiftCNNError) {
    try poolSize.check("pool_size", of: title)
    try strides?.check("strides", of: title)
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try PoolGeometry(self, input: input).output }
}

extension CompilableLayer {
  func requireImages(_ input: [Int]) throws(SwiftCNNError) {
    guard input.count == 3 else {
      throw .invalidValue(
        "\(name ?? Self.className) expects images (height, width, channels), got an input of shape \(Shape.text(input)); "
          + "give the model an input of three axes, or put the layer before Flatten")
    }
  }
}

extension PoolGeometry {
  /// Checks what the layer asks of such an input.
  init(_ layer: some PoolingLayer, input: [Int]) throws(SwiftCNNError) {
    try layer.requireImages(input)
    let name = layer.title
    let strides = layer.strides ?? layer.poolSize
    rows = try SlidingAxis(
      input: input[0], window: layer.poolSize.height, stride: strides.height, dilation: 1, padding: layer.padding,
      what: "\(name): the height")
    columns = try SlidingAxis(
      input: input[1], window: layer.poolSize.width, stride: strides.width, dilation: 1, padding: layer.padding,
      what: "\(name): the width")
    channels = input[2]
  }
}
