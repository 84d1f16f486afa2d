extension LayerNormalization: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let sizes = try? trailingSizes(axes, of: lowering.shape) else { return }
    lowering.add(output: lowering.shape) { values, weights in
      LayerNormalizationOperation(
        values, columns: sizes.reduce(1, *), epsilon: epsilon, gamma: scale ? weights[0] : nil,
        beta: center ? weights[scale ? 1 : 0] : nil)
    }
  }
}
