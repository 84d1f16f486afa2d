extension UnitNormalization: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard let places = try? places(axes, in: lowering.shape) else { return }
    let columns = places.map { lowering.shape[$0] }.reduce(1, *)
    lowering.withLast(places) { lowering in
      lowering.add(output: lowering.shape) { values, _ in UnitNormalizationOperation(values, columns: columns) }
    }
  }
}
