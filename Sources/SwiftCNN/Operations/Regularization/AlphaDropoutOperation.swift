import CKernels

/// y = scale · x + shift, with the least value of SELU for x where an element is replaced; keeps a byte for each.
final class AlphaDropoutOperation: Operation {
  var values: OperationValues
  private let settings: DropoutSettings
  /// What kept elements are shifted by, and what others become.
  private let shift: Float
  private let replacement: Float

  init(_ values: OperationValues, rate: Double, layer: Int, seed: UInt64) {
    self.values = values
    let least = -1.6732632423543772 * 1.0507009873554805
    // Where nothing is kept, all values are 0: the limit.
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

  /// Both are computed: a choice of numbers, not of ways, which random codes would have the processor guess.
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
