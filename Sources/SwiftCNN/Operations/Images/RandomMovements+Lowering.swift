extension RandomFlip: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining else { return }
    let (lastRow, lastColumn) = (Float(lowering.shape[0] - 1), Float(lowering.shape[1] - 1))
    lowering.addWarp(Sampling(interpolation: .nearest), seed: seed) { amounts in
      var map = AffineMap()
      if amounts.uniform(0, 0...1) > 0.5 { return map }
      if mode != .vertical { (map.xx, map.x0) = (-1, lastColumn) }
      if mode != .horizontal { (map.yy, map.y0) = (-1, lastRow) }
      return map
    }
  }
}

extension RandomRotation: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining else { return }
    let (centerX, centerY) = (Double(lowering.shape[1] - 1) / 2, Double(lowering.shape[0] - 1) / 2)
    lowering.addWarp(sampling, seed: seed) { amounts in
      let turn = amounts.uniform(0, factor)
      let (cosine, sine) = (PortableMath.cosine(turn: turn), PortableMath.cosine(turn: turn - 0.25))
      return AffineMap(
        xx: Float(cosine), xy: Float(-sine), x0: Float(centerX - centerX * cosine + centerY * sine),
        yx: Float(sine), yy: Float(cosine), y0: Float(centerY - centerX * sine - centerY * cosine))
    }
  }
}

extension RandomTranslation: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining else { return }
    let (height, width) = (Double(lowering.shape[0]), Double(lowering.shape[1]))
    lowering.addWarp(sampling, seed: seed) { amounts in
      AffineMap(
        x0: Float(-width * amounts.uniform(1, widthFactor)), y0: Float(-height * amounts.uniform(0, heightFactor)))
    }
  }
}

extension RandomZoom: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining else { return }
    let (centerX, centerY) = (Double(lowering.shape[1] - 1) / 2, Double(lowering.shape[0] - 1) / 2)
    lowering.addWarp(sampling, seed: seed) { amounts in
      let vertical: Double = amounts.uniform(0, heightFactor)
      let horizontal: Double = if let widthFactor { amounts.uniform(1, widthFactor) } else { vertical }
      return AffineMap(
        xx: Float(1 + horizontal), x0: Float(-centerX * horizontal), yy: Float(1 + vertical), y0: Float(-centerY * vertical))
    }
  }
}

extension Lowering {
  /// Adds a movement of pixels that keeps the image's size. `map` receives the random amounts of an image.
  mutating func addWarp(_ sampling: Sampling, seed: UInt64?, map: @escaping (RandomAmounts) -> AffineMap) {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let sampler = Sampler(
      height: height, width: width, channels: channels, row: width * channels, outputHeight: height, outputWidth: width,
      fillMode: sampling.fillMode, fillValue: Float(sampling.fillValue), interpolation: sampling.interpolation)
    let random = random(seed: seed)
    add(output: shape) { values, _ in AffineTransformOperation(values, sampler: sampler, random: random, map: map) }
  }
}
