extension Flatten: LowerableLayer {
  /// In memory a flattened tensor is the same tensor.
  func lower(into lowering: inout Lowering) { lowering.reshape([lowering.shape.reduce(1, *)]) }
}

extension Identity: LowerableLayer {
  func lower(into lowering: inout Lowering) {}
}

extension Reshape: LowerableLayer {
  /// In memory it is the same tensor.
  func lower(into lowering: inout Lowering) {
    guard let shape = try? outputShape(for: lowering.shape) else { return }
    lowering.reshape(shape)
  }
}
