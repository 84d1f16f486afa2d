extension ConvolutionGeometry {
  /// Checks whether the input fits the layer.
  init(_ layer: Conv2D, input: [Int]) throws(SwiftCNNError) {
    try layer.checkSettings(layer.title)
    try layer.requireImages(input)
    let name = layer.title
    guard input[2] % layer.groups == 0 else {
      throw .invalidValue(
        "\(name): groups must divide the channels and the filters; got groups=\(layer.groups) with \(input[2]) channels "
          + "and \(layer.filters) filters")
    }
    rows = try SlidingAxis(
      input: input[0], window: layer.kernelSize.height, stride: layer.strides.height, dilation: layer.dilationRate.height,
      padding: layer.padding, what: "\(name): the height")
    columns = try SlidingAxis(
      input: input[1], window: layer.kernelSize.width, stride: layer.strides.width, dilation: layer.dilationRate.width,
      padding: layer.padding, what: "\(name): the width")
    channels = input[2]
    filters = layer.filters
    groups = layer.groups
    _ = try Shape.count([rows.padded, columns.padded, channels], of: "\(name): the padded input")
    _ = try Shape.count([rows.window, columns.window, channels, filters], of: "\(name): the kernel")
  }
}
