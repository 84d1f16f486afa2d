extension PReLU: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let shape = lowering.shape
    let shared = shape.indices.map { sharedAxes.contains($0 + 1) }
    lowering.add(output: shape) { values, weights in
      PReLUOperation(values, alpha: SharedWeight(offset: weights[0], shape: shape, shared: shared))
    }
  }
}
