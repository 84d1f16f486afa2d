extension Slice: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let input = lowering.shape
    lowering.add(output: shape) { values, _ in
      SliceOperation(values, input: input, begins: begins, counts: counts, steps: steps)
    }
  }
}
