extension Add: LowerableLayer {}
extension Average: LowerableLayer {}
extension Divide: LowerableLayer {}
extension Maximum: LowerableLayer {}
extension Minimum: LowerableLayer {}
extension Multiply: LowerableLayer {}
extension Subtract: LowerableLayer {}

extension MergeLayer {
  func lower(into lowering: inout Lowering) {
    let inputs = lowering.inputs
    guard let output = try? outputShape(forAll: inputs.map(\.shape)) else { return }
    if inputs.count == 1 { return }
    lowering.add(from: inputs, output: output) { values, _ in
      CombinationOperation(values, Self.combination, Broadcast(inputs.map(\.shape), to: output))
    }
  }
}
