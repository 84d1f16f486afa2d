extension MaxPooling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let pool = try? PoolGeometry(self, input: lowering.shape) else { return }
    lowering.add(output: pool.output) { values, _ in MaxPoolingOperation(values, pool: pool) }
  }
}

extension AveragePooling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let pool = try? PoolGeometry(self, input: lowering.shape) else { return }
    lowering.add(output: pool.output) { values, _ in AveragePoolingOperation(values, pool: pool) }
  }
}
