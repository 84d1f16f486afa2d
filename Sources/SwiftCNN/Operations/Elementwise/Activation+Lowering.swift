extension Activation: LowerableLayer {
  func lower(into lowering: inout Lowering) { lowering.add(function) }
}

extension Lowering {
  mutating func add(_ activation: ActivationFunction) {
    if activation == .linear { return }
    if let layer = activation.layer { return layer.lowerable.lower(into: &self) }
    let columns = shape[shape.count - 1]
    add(output: shape) { values, _ in
      if let (code, parameter) = activation.kernel { return ActivationOperation(values, code: code, parameter: parameter) }
      return activation == .softmax ? SoftmaxOperation(values, columns: columns) : LogSoftmaxOperation(values, columns: columns)
    }
  }
}
