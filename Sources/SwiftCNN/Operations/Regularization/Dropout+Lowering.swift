extension Dropout: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining, rate > 0 else { return }
    let (layer, seed) = lowering.randomKey(seed: seed)
    lowering.add(output: lowering.shape) { values, _ in
      DropoutOperation(values, rate: rate, layer: layer, seed: seed)
    }
  }
}

extension AlphaDropout: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining, rate > 0 else { return }
    let (layer, seed) = lowering.randomKey(seed: seed)
    lowering.add(output: lowering.shape) { values, _ in
      AlphaDropoutOperation(values, rate: rate, layer: layer, seed: seed)
    }
  }
}
