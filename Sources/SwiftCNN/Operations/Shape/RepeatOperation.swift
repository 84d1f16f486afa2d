import CKernels
import Glibc

/// Repeats the whole input several times, one copy after the other.
final class RepeatOperation: Operation {
  var values: OperationValues
  private let count: Int

  init(_ values: OperationValues, count: Int) {
    self.values = values
    self.count = count
  }

  var algorithm: String { "repetition" }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      for copy in 0..<count { memcpy(output + copy * values.inputElements, input, values.inputElements * 4) }
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      call.kernels.column_sums(
        outputGradient + i * values.outputElements, count, values.inputElements, values.inputElements,
        inputGradient + i * values.inputElements, 0)
    }
  }
}
