extension ActivityRegularization: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    lowering.add(output: lowering.shape) { values, _ in
      ActivityPenaltyOperation(values, Regularizer(l1: l1, l2: l2))
    }
  }
}
