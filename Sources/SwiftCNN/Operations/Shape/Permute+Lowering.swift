extension Permute: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let permutation = Permutation(of: lowering.shape, axes: dims.map { $0 - 1 })
    if permutation.isIdentity { return lowering.reshape(permutation.shape) }
    lowering.add(output: permutation.shape) { values, _ in PermuteOperation(values, permutation) }
  }
}

extension Lowering {
  /// Adds what `body` adds for the current value with some of its axes as the last ones; then they go back to their places.
  mutating func withLast(_ places: [Int], _ body: (inout Lowering) -> Void) {
    let order = shape.indices.filter { !places.contains($0) } + places
    permute(order)
    body(&self)
    // Invariant: `order` has each index once.
    permute(shape.indices.map { order.firstIndex(of: $0)! })
  }

  /// Brings the axes into this order.
  private mutating func permute(_ order: [Int]) {
    let permutation = Permutation(of: shape, axes: order)
    if permutation.isIdentity { return reshape(permutation.shape) }
    add(output: permutation.shape) { values, _ in PermuteOperation(values, permutation) }
  }
}
