/// The two pooling layers with a window. They differ only in the operation.
protocol PoolingLayer: CompilableLayer {
  var poolSize: Extent { get set }
  var strides: Extent? { get set }
  var padding: Padding { get set }
  init(poolSize: Extent, strides: Extent?, padding: Padding, name: String?)
}

extension PoolingLayer {
  static var settings: [Setting<Self>] {
    [
      Setting("pool_size", \.poolSize, .positive, doc: "size of the window: one integer, or (height, width)."),
      Setting(
        "strides", optional: \.strides, .positive,
        doc: "distance between neighbouring windows: one integer, or (height, width); None for `pool_size`."),
      .padding(\.padding),
      .dataFormat,
    ]
  }

  /// With the strides in place of null.
  var config: JSON.Object {
    var config: JSON.Object = [:]
    Self.settings.write(self, to: &config)
    config["strides"] = (strides ?? poolSize).json
    return config
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try PoolGeometry(self, input: input).output }
}

extension PoolGeometry {
  /// Checks whether the input fits the layer.
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
