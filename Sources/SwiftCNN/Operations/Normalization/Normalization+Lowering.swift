extension Normalization: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let places = try? places(axes, in: lowering.shape) else { return }
    let shape = lowering.shape
    lowering.add(output: shape) { values, weights in
      let statistics: StandardizationOperation.Statistics =
        if let mean, let variance {
          .given(mean: mean, variance: variance)
        } else {
          .weights(mean: weights[0], variance: weights[1])
        }
      return StandardizationOperation(values, shape: shape, places: places, statistics, inverts: invert)
    }
  }
}
