extension GlobalAveragePooling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) { lower(into: &lowering) { AveragePoolingOperation($0, pool: $1) } }
}

extension GlobalMaxPooling2D: LowerableLayer {
  func lower(into lowering: inout Lowering) { lower(into: &lowering) { MaxPoolingOperation($0, pool: $1) } }
}

extension GlobalPoolingLayer {
  fileprivate func lower(into lowering: inout Lowering, _ operation: (OperationValues, PoolGeometry) -> any Operation) {
    let whole = MaxPooling2D(poolSize: Extent(lowering.shape[0], lowering.shape[1]), name: name)
    guard let pool = try? PoolGeometry(whole, input: lowering.shape) else { return }
    lowering.add(output: keepDims ? pool.output : [pool.channels]) { values, _ in operation(values, pool) }
  }
}
