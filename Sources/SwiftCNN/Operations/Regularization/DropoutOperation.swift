import CKernels

/// Sets a fraction of the elements to zero. It saves a byte for each element.
final class DropoutOperation: Operation {
  var values: OperationValues
  let settings: DropoutSettings

  init(_ values: OperationValues, rate: Double, layer: Int, seed: UInt64) {
    self.values = values
    settings = DropoutSettings(rate: rate, layer: layer, seed: seed)
  }

  var algorithm: String { "dropout" }
  var worksInPlace: Bool { true }
  var savedPerImage: Int { (values.inputElements + 3) / 4 }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let offset = i * values.inputElements
      settings.drop(
        call, i, call.input + offset, call.output + offset, codes: codes(call, i), joins: false, values.inputElements)
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

/// The settings of a dropout layer, for every operation that can apply it.
struct DropoutSettings {
  let scale: Float
  private let threshold: UInt32
  private let stream: KernelStream

  init(rate: Double, layer: Int, seed: UInt64) {
    self.init(rate: rate, scale: rate < 1 ? 1 / (1 - rate) : 0, layer: layer, seed: seed)
  }

  /// - Parameter scale: the factor of elements that are kept.
  init(rate: Double, scale: Double, layer: Int, seed: UInt64) {
    threshold = UInt32(min(rate * 0x1p32, Double(UInt32.max)))
    self.scale = Float(scale)
    stream = KernelStream(
      key0: UInt32(truncatingIfNeeded: seed), key1: UInt32(truncatingIfNeeded: seed >> 32), item: 0,
      layer: RandomPurpose.layer(layer), step: 0)
  }

  /// Applies dropout to image `i` of the call. kernels.h describes `codes` and `joins`.
  func drop(
    _ call: OperationCall, _ i: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    codes: UnsafeMutablePointer<UInt8>, joins: Bool, _ count: Int
  ) {
    var stream = stream
    stream.step = UInt32(truncatingIfNeeded: call.step)
    stream.item = UInt32(truncatingIfNeeded: call.firstImage + i)
    call.kernels.dropout(&stream, threshold, scale, x, y, codes, joins ? 1 : 0, count)
  }
}
