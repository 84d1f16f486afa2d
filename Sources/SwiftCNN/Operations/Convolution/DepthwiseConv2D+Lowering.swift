extension DepthwiseConv2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let geometry = try? geometry(for: lowering.shape) else { return }
    lowering.add(output: [geometry.rows.output, geometry.columns.output, geometry.filters]) { values, weights in
      geometry.operation(values, kernel: weights[0], bias: useBias ? weights[1] : nil)
    }
    lowering.add(activation)
  }
}

extension SeparableConv2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let single = try? depthwise.geometry(for: lowering.shape),
      let mixed = try? pointwise(on: [single.rows.output, single.columns.output, single.filters])
    else { return }
    lowering.add(output: [single.rows.output, single.columns.output, single.filters]) { values, weights in
      single.operation(values, kernel: weights[0], bias: nil)
    }
    lowering.add(output: [mixed.rows.output, mixed.columns.output, filters]) { values, weights in
      mixed.operation(values, kernel: weights[1], bias: useBias ? weights[2] : nil)
    }
    lowering.add(activation)
  }
}
