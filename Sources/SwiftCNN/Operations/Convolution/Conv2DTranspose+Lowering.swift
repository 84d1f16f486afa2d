extension Conv2DTranspose: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let geometry = try? geometry(for: lowering.shape) else { return }
    lowering.add(output: [geometry.rows.input, geometry.columns.input, filters]) { values, weights in
      TransposedConvolutionOperation(values, geometry: geometry, kernel: weights[0], bias: useBias ? weights[1] : nil)
    }
    lowering.add(activation)
  }
}
