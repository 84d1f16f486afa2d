extension Flatten: LowerableLayer {
  /// A flattened tensor has the same memory as its input.
  func lower(into lowering: inout Lowering) { lowering.reshape([lowering.shape.reduce(1, *)]) }
}

extension Identity: LowerableLayer {
  func lower(into lowering: inout Lowering) {}
}

extension Reshape: LowerableLayer {
  /// The result has the same memory as the input.
  func lower(into lowering: inout Lowering) {
    guard let shape = try? outputShape(for: lowering.shape) else { return }
    lowering.reshape(shape)
  }
}
