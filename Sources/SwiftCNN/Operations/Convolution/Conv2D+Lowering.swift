extension Conv2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let geometry = try? ConvolutionGeometry(self, input: lowering.shape) else { return }
    lowering.add(output: [geometry.rows.output, geometry.columns.output, filters]) { values, weights in
      geometry.operation(values, kernel: weights[0], bias: useBias ? weights[1] : nil)
    }
    lowering.add(activation)
  }
}

extension ConvolutionGeometry {
  func operation(_ values: OperationValues, kernel: Int, bias: Int?) -> any Operation {
    if DepthwiseOperation.suits(self) {
      return DepthwiseOperation(values, geometry: self, kernel: kernel, bias: bias)
    }
    if GroupedOperation.suits(self) { return GroupedOperation(values, geometry: self, kernel: kernel, bias: bias) }
    return ConvolutionOperation(values, geometry: self, kernel: kernel, bias: bias)
  }
}
