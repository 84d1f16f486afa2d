import CKernels

extension ReLU: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    switch (maxValue, negativeSlope, threshold) {
    case (nil, 0, 0): lowering.add(.relu)
    case (nil, _, 0): lowering.add(KERNEL_LEAKY_RELU, negativeSlope)
    case (let maxValue?, 0, 0): lowering.add(KERNEL_CLIPPED_RELU, maxValue)
    default:
      lowering.add(output: lowering.shape) { values, _ in
        ClippedReLUOperation(
          values, limit: maxValue.map(Float.init) ?? .infinity, slope: Float(negativeSlope), threshold: Float(threshold))
      }
    }
  }
}

extension LeakyReLU: LowerableLayer {
  func lower(into lowering: inout Lowering) { lowering.add(KERNEL_LEAKY_RELU, negativeSlope) }
}

extension ELU: LowerableLayer {
  func lower(into lowering: inout Lowering) { lowering.add(KERNEL_ELU, alpha) }
}

extension Lowering {
  /// Adds a function of each element, given the code of the kernels and its parameter.
  fileprivate mutating func add(_ code: Int, _ parameter: Double) {
    add(output: shape) { values, _ in ActivationOperation(values, code: Int32(code), parameter: Float(parameter)) }
  }
}
