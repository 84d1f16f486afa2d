extension Concatenate: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let inputs = lowering.inputs
    guard let output = try? outputShape(forAll: inputs.map(\.shape)), let place = try? sampleAxis(axis, of: output) else {
      return
    }
    if inputs.count == 1 { return }
    lowering.add(from: inputs, output: output) { values, _ in
      ConcatenationOperation(values, inputs.map(\.shape), axis: place)
    }
  }
}
