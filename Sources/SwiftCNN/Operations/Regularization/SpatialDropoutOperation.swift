import CKernels

/// Sets whole channels of an image to zero and scales the others.
final class SpatialDropoutOperation: Operation {
  var values: OperationValues
  private let channels: Int
  private let threshold: UInt32
  private let scale: Float
  private let random: LayerRandom

  init(_ values: OperationValues, channels: Int, rate: Double, random: LayerRandom) {
    self.values = values
    self.channels = channels
    self.random = random
    threshold = UInt32(min(rate * 0x1p32, Double(UInt32.max)))
    scale = rate < 1 ? Float(1 / (1 - rate)) : 0
  }

  var algorithm: String { "spatial dropout" }
  var worksInPlace: Bool { true }
  /// Elements for a factor of each channel, and zeros.
  var scratchElements: Int { 2 * channels }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let offset = i * values.inputElements
      multiply(call, i, call.input + offset, into: call.output + offset)
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let offset = i * values.inputElements
      multiply(call, i, outputGradient + offset, into: inputGradient + offset)
    }
  }

  private func multiply(
    _ call: OperationCall, _ image: Int, _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let (factors, zeros) = (call.scratch, call.scratch + channels)
    for channel in 0..<channels {
      factors[channel] = random.words(channel / 4, call, image)[channel % 4] >= threshold ? scale : 0
    }
    zeros.update(repeating: 0, count: channels)
    var product = KernelNormalization(
      rows: values.inputElements / channels, columns: channels, x_row: channels, y_row: channels, center: zeros,
      scale: factors, offset: zeros, relu: 0)
    call.kernels.normalize(&product, input, output)
  }
}
