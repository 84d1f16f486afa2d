/// The mean of each channel. Input (batch, H, W, C), output (batch, C), or (batch, 1, 1, C) to keep the axes.
public struct GlobalAveragePooling2D: Layer {
  public var name: String?
  public var keepDims: Bool

  public init(keepDims: Bool = false, name: String? = nil) {
    self.name = name
    self.keepDims = keepDims
  }
}

/// The largest value of each channel. Input (batch, H, W, C), output (batch, C), or (batch, 1, 1, C) to keep the axes.
public struct GlobalMaxPooling2D: Layer {
  public var name: String?
  public var keepDims: Bool

  public init(keepDims: Bool = false, name: String? = nil) {
    self.name = name
    self.keepDims = keepDims
  }
}

extension GlobalAveragePooling2D: GlobalPoolingLayer {
  static let className = "GlobalAveragePooling2D"
  static let stem = "global_average_pooling2d"
}

extension GlobalMaxPooling2D: GlobalPoolingLayer {
  static let className = "GlobalMaxPooling2D"
  static let stem = "global_max_pooling2d"
}

/// A pooling whose window is the whole image.
protocol GlobalPoolingLayer: CompilableLayer {
  var keepDims: Bool { get }
  init(keepDims: Bool, name: String?)
}

extension GlobalPoolingLayer {
  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["keepdims"])
    self.init(keepDims: try config.bool("keepdims", default: false), name: nil)
  }

  var config: JSON { ["keepdims": .bool(keepDims)] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    try requireImages(input)
    return keepDims ? [1, 1, input[2]] : [input[2]]
  }
}
