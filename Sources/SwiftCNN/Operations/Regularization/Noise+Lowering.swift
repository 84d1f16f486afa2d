extension GaussianNoise: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining, stddev > 0 else { return }
    let random = lowering.random(seed: seed)
    lowering.add(output: lowering.shape) { values, _ in
      NoiseOperation(values, deviation: stddev, multiplies: false, random: random)
    }
  }
}

extension GaussianDropout: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining, rate > 0 else { return }
    let (random, deviation) = (lowering.random(seed: seed), (rate / (1 - rate)).squareRoot())
    lowering.add(output: lowering.shape) { values, _ in
      NoiseOperation(values, deviation: deviation, multiplies: true, random: random)
    }
  }
}

extension SpatialDropout2D: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining, rate > 0 else { return }
    let (random, channels) = (lowering.random(seed: seed), lowering.shape[2])
    lowering.add(output: lowering.shape) { values, _ in
      SpatialDropoutOperation(values, channels: channels, rate: rate, random: random)
    }
  }
}
