extension Softmax: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let sizes = try? trailingSizes(axes, of: lowering.shape) else { return }
    lowering.add(output: lowering.shape) { values, _ in SoftmaxOperation(values, columns: sizes.reduce(1, *)) }
  }
}
