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
  /// gelu's derivative is no function of its value, and is not taken where x was overwritten.
  private var needsInput: Bool { code == KERNEL_GELU }
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

/// Zeroes a fraction of the elements; keeps a byte for each.
final class DropoutOperation: Operation {
  var values: OperationValues
  private let threshold: UInt32
  private let scale: Float
  private var stream: KernelStream

  init(_ values: OperationValues, rate: Double, layer: Int, seed: UInt64) {
    self.values = values
    threshold = UInt32(min(rate * 0x1p32, Double(UInt32.max)))
    scale = rate < 1 ? Float(1 / (1 - rate)) : 0
    stream = KernelStream(
      key0: UInt32(truncatingIfNeeded: seed), key1: UInt32(truncatingIfNeeded: seed >> 32), item: 0,
      layer: RandomPurpose.dropout(layer: layer), step: 0)
  }

  var algorithm: String { "dropout" }
  var worksInPlace: Bool { true }
  var keptElements: Int { (values.inputElements + 3) / 4 }

  func forward(_ call: OperationCall) {
    var stream = stream
    stream.step = UInt32(truncatingIfNeeded: call.step)
    for i in 0..<call.count {
      stream.item = UInt32(truncatingIfNeeded: call.firstImage + i)
      let offset = i * values.inputElements
      call.kernels.dropout(
        &stream, threshold, scale, call.input + offset, call.output + offset, mask(call, i), values.inputElements)
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let offset = i * values.inputElements
      call.kernels.dropout_gradient(
        mask(call, i), scale, outputGradient + offset, inputGradient + offset, values.inputElements)
    }
  }

  private func mask(_ call: OperationCall, _ i: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(call.kept + i * keptElements).assumingMemoryBound(to: UInt8.self)
  }
}
