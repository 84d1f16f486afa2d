extension Dense: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let inputs = lowering.shape[lowering.shape.count - 1]
    lowering.add(output: lowering.shape.dropLast() + [units]) { values, weights in
      DenseOperation(values, inputs: inputs, units: units, kernel: weights[0], bias: useBias ? weights[1] : nil)
    }
    lowering.add(activation)
  }
}
