import Glibc

/// Transposes a tensor: moves every value to its place in another order of axes.
final class PermuteOperation: Operation {
  var values: OperationValues
  private let permutation: Permutation

  init(_ values: OperationValues, _ permutation: Permutation) {
    self.values = values
    self.permutation = permutation
  }

  var algorithm: String { "permutation" }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      permutation.eachRun { source, target, count, stride in
        if stride == 1 {
          memcpy(output + target, input + source, count * 4)
        } else {
          for j in 0..<count { output[target + j] = input[source + j * stride] }
        }
      }
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let (dx, dy) = (inputGradient + i * values.inputElements, outputGradient + i * values.outputElements)
      permutation.eachRun { source, target, count, stride in
        if stride == 1 {
          memcpy(dx + source, dy + target, count * 4)
        } else {
          for j in 0..<count { dx[source + j * stride] = dy[target + j] }
        }
      }
    }
  }
}
