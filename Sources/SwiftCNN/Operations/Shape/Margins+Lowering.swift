extension Cropping2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let output = try? outputShape(for: lowering.shape), output != lowering.shape else { return }
    let placement = Placement(from: lowering.shape, to: output, top: -cropping.top, left: -cropping.left)
    lowering.add(output: output) { values, _ in PadCropOperation(values, placement) }
  }
}

extension ZeroPadding2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let output = try? outputShape(for: lowering.shape) else { return }
    let placement = Placement(from: lowering.shape, to: output, top: padding.top, left: padding.left)
    lowering.add(output: output) { values, _ in PadCropOperation(values, placement) }
  }
}
