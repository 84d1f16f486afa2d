extension RepeatVector: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let features = lowering.shape[0]
    if n == 1 { return lowering.reshape([1, features]) }
    lowering.add(output: [n, features]) { values, _ in RepeatOperation(values, count: n) }
  }
}
