import CKernels

/// Adds normal noise to every element, or multiplies every element by noise around 1.
final class NoiseOperation: Operation {
  var values: OperationValues
  private let deviation: Float
  private let multiplies: Bool
  private let normal: NormalNumbers

  init(_ values: OperationValues, deviation: Double, multiplies: Bool, random: LayerRandom) {
    self.values = values
    self.deviation = Float(deviation)
    self.multiplies = multiplies
    normal = NormalNumbers(random)
  }

  var algorithm: String { multiplies ? "multiplicative noise" : "noise" }
  var worksInPlace: Bool { true }
  var scratchElements: Int { NormalNumbers.scratchElements }
  var work: Int { values.inputElements * ParallelThreshold.element }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let offset = i * values.inputElements
      if multiplies {
        multiply(call, i, call.input + offset, into: call.output + offset)
      } else {
        let (input, output) = (call.input + offset, call.output + offset)
        normal.forEachPiece(of: values.inputElements, call, i) { start, noise, count in
          for j in 0..<count { output[start + j] = input[start + j] + deviation * noise[j] }
        }
      }
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let (gradient, target) = (outputGradient + i * values.inputElements, inputGradient + i * values.inputElements)
      if multiplies {
        multiply(call, i, gradient, into: target)
      } else if target != gradient {
        target.update(from: gradient, count: values.inputElements)
      }
    }
  }

  private func multiply(
    _ call: OperationCall, _ image: Int, _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    normal.forEachPiece(of: values.inputElements, call, image) { start, noise, count in
      for j in 0..<count { output[start + j] = input[start + j] * (1 + deviation * noise[j]) }
    }
  }
}
