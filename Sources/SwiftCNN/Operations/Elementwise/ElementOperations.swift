import CKernels

/// A function of each element.
final class ActivationOperation: Operation {
  var values: OperationValues
  let code: Int32
  private let parameter: Float

  init(_ values: OperationValues, code: Int32, parameter: Float) {
    self.values = values
    self.code = code
    self.parameter = parameter
  }

  var algorithm: String { "activation" }
  /// Functions with a derivative that cannot be computed from their value, so that x must not be overwritten.
  private static let readingInput = [KERNEL_GELU, KERNEL_SILU, KERNEL_HARD_SILU, KERNEL_MISH]
  private var needsInput: Bool { Self.readingInput.contains(Int(code)) }
  var backwardReadsInput: Bool { needsInput }
  var backwardReadsOutput: Bool { !needsInput }
  var worksInPlace: Bool { !needsInput }

  func forward(_ call: OperationCall) {
    call.kernels.activate(code, parameter, call.input, call.output, call.count * values.inputElements)
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient else { return }
    call.kernels.activate_gradient(
      code, parameter, call.input, call.output, call.outputGradient, inputGradient, call.count * values.inputElements)
  }
}

/// Softmax over the last axis.
final class SoftmaxOperation: Operation {
  var values: OperationValues
  private let columns: Int

  init(_ values: OperationValues, columns: Int) {
    self.values = values
    self.columns = columns
  }

  var algorithm: String { "softmax" }
  var backwardReadsOutput: Bool { true }
  var worksInPlace: Bool { true }

  func forward(_ call: OperationCall) {
    call.kernels.softmax(call.input, call.output, call.count * values.inputElements / columns, columns)
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient else { return }
    call.kernels.softmax_gradient(
      call.output, call.outputGradient, inputGradient, call.count * values.inputElements / columns, columns)
  }
}
