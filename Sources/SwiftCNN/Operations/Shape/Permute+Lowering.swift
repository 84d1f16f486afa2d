extension Permute: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let permutation = Permutation(of: lowering.shape, axes: dims.map { $0 - 1 })
    if permutation.isIdentity { return lowering.reshape(permutation.shape) }
    lowering.add(output: permutation.shape) { values, _ in PermuteOperation(values, permutation) }
  }
}

extension Lowering {
  /// Moves some axes of the current value to the end, adds the operations of `body`, and moves the axes back.
  mutating func withLast(_ places: [Int], _ body: (inout Lowering) -> Void) {
    let order = shape.indices.filter { !places.contains($0) } + places
    permute(order)
    body(&self)
    // Invariant: `order` contains each index once.
    permute(shape.indices.map { order.firstIndex(of: $0)! })
  }

  /// Transposes the current value to this order of axes.
  private mutating func permute(_ order: [Int]) {
    let permutation = Permutation(of: shape, axes: order)
    if permutation.isIdentity { return reshape(permutation.shape) }
    add(output: permutation.shape) { values, _ in PermuteOperation(values, permutation) }
  }
}
