extension AdaptiveAveragePooling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    if let layer = evenPooling(of: lowering.shape, AveragePooling2D.self) { return layer.lower(into: &lowering) }
    let windows = AdaptiveWindows(of: lowering.shape, outputSize)
    lowering.add(output: windows.output) { values, _ in AdaptiveAveragePoolingOperation(values, windows) }
  }
}

extension AdaptiveMaxPooling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    if let layer = evenPooling(of: lowering.shape, MaxPooling2D.self) { return layer.lower(into: &lowering) }
    let windows = AdaptiveWindows(of: lowering.shape, outputSize)
    lowering.add(output: windows.output) { values, _ in AdaptiveMaxPoolingOperation(values, windows) }
  }
}

extension AdaptivePoolingLayer {
  /// The regular pooling with the same windows, if all windows have the same size and do not overlap.
  fileprivate func evenPooling<Pooling: PoolingLayer & LowerableLayer>(of input: [Int], _ kind: Pooling.Type) -> Pooling? {
    guard input[0] % outputSize.height == 0, input[1] % outputSize.width == 0 else { return nil }
    let size = Extent(input[0] / outputSize.height, input[1] / outputSize.width)
    return Pooling(poolSize: size, strides: nil, padding: .valid, name: name)
  }
}
