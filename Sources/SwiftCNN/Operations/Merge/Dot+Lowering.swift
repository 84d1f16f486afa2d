extension Dot: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let inputs = lowering.inputs
    guard let (first, second) = try? matrices(inputs.map(\.shape)) else { return }
    let output = first.others + second.others
    lowering.add(from: inputs, output: output.isEmpty ? [1] : output) { values, _ in
      DotOperation(values, first, second, normalizes: normalize)
    }
  }
}
