extension RandomContrast: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining else { return }
    lowering.addColor(.contrast(1 - lower...1 + upper), within: valueRange, seed: seed)
  }
}

extension RandomBrightness: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    guard lowering.isTraining else { return }
    let length = valueRange.upperBound - valueRange.lowerBound
    lowering.addColor(
      .brightness(factor.lowerBound * length...factor.upperBound * length), within: valueRange, seed: seed)
  }
}

extension Lowering {
  fileprivate mutating func addColor(
    _ change: BrightnessContrastOperation.Change, within range: ClosedRange<Double>, seed: UInt64?
  ) {
    let (channels, random) = (shape[2], random(seed: seed))
    add(output: shape) { values, _ in
      BrightnessContrastOperation(values, channels: channels, change: change, within: range, random: random)
    }
  }
}
