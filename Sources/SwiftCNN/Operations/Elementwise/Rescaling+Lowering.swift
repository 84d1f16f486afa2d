extension Rescaling: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let shape = lowering.shape
    lowering.add(output: shape) { values, _ in
      RescalingOperation(values, channels: shape[shape.count - 1], scale: scale.map(Float.init), offset: offset.map(Float.init))
    }
  }
}
