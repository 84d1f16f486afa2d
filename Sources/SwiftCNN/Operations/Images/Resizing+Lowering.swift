extension Resizing: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    if let placement = fit.placement(of: lowering.shape, height: height, width: width) {
      lowering.add(output: placement.outputShape) { values, _ in
        PadCropOperation(values, placement, fill: Float(fillValue))
      }
    }
    lowering.resize(to: [height, width, lowering.shape[2]], interpolation, antialias: antialias)
  }
}

extension UpSampling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let output = try? outputShape(for: lowering.shape) else { return }
    lowering.resize(to: output, interpolation, antialias: false)
  }
}

extension Lowering {
  /// Adds the operation that resizes the current value.
  mutating func resize(to output: [Int], _ interpolation: Interpolation, antialias: Bool) {
    let input = shape
    if output == input { return }
    add(output: output) { values, _ in
      ResizeOperation(
        values, rows: ResamplingAxis(input: input[0], output: output[0], interpolation, antialias: antialias),
        columns: ResamplingAxis(input: input[1], output: output[1], interpolation, antialias: antialias), channels: input[2])
    }
  }
}
