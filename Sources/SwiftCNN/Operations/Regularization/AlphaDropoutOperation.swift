import CKernels

/// y = scale · x + shift. Where an element is dropped, the minimum of SELU replaces x. It saves a byte for each element.
final class AlphaDropoutOperation: Operation {
  var values: OperationValues
  private let settings: DropoutSettings
  /// The offset of kept elements, and the value of dropped elements.
  private let shift: Float
  private let replacement: Float

  init(_ values: OperationValues, rate: Double, layer: Int, seed: UInt64) {
    self.values = values
    let least = -1.6732632423543772 * 1.0507009873554805
    // If nothing is kept, all values are 0, which is the limit.
    let scale = rate < 1 ? 1 / ((1 - rate) * (1 + rate * least * least)).squareRoot() : 0
    let shift = -scale * least * rate
    settings = DropoutSettings(rate: rate, scale: scale, layer: layer, seed: seed)
    self.shift = Float(shift)
    replacement = Float(scale * least + shift)
  }

  var algorithm: String { "alpha dropout" }
  var worksInPlace: Bool { true }
  var savedPerImage: Int { (values.inputElements + 3) / 4 }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let offset = i * values.inputElements
      let (output, codes) = (call.output + offset, codes(call, i))
      settings.drop(call, i, call.input + offset, output, codes: codes, joins: false, values.inputElements)
      finish(output, codes, values.inputElements, shift: shift, replacement: replacement)
    }
  }

  /// Both values are computed and one is selected. A branch would be slow, because the processor cannot predict random codes.
  private func finish(
    _ y: UnsafeMutablePointer<Float>, _ codes: UnsafePointer<UInt8>, _ count: Int, shift: Float, replacement: Float
  ) {
    for j in 0..<count {
      let kept = y[j] + shift
      y[j] = codes[j] == 0 ? kept : replacement
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let offset = i * values.inputElements
      call.kernels.dropout_gradient(
        codes(call, i), settings.scale, outputGradient + offset, inputGradient + offset, values.inputElements)
    }
  }

  private func codes(_ call: OperationCall, _ i: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(call.saved + i * savedPerImage).assumingMemoryBound(to: UInt8.self)
  }
}
