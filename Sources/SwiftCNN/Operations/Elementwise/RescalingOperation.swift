import CKernels

/// y = x · scale + offset.
final class RescalingOperation: Operation {
  var values: OperationValues
  private let scale: [Float]
  private let offset: [Float]
  private let zeros: [Float]

  /// - Parameters: scale, offset: one value, or one for each channel.
  init(_ values: OperationValues, channels: Int, scale: [Float], offset: [Float]) {
    self.values = values
    func spread(_ numbers: [Float]) -> [Float] {
      numbers.count == 1 ? [Float](repeating: numbers[0], count: channels) : numbers
    }
    let isUniform = scale.count == 1 && offset.count == 1
    self.scale = isUniform ? scale : spread(scale)
    self.offset = isUniform ? offset : spread(offset)
    zeros = [Float](repeating: 0, count: isUniform ? 1 : channels)
  }

  var algorithm: String { "rescaling" }
  var worksInPlace: Bool { true }

  func forward(_ call: OperationCall) { rescale(call, call.input, offset, call.output) }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    rescale(call, outputGradient, zeros, inputGradient)
  }

  private func rescale(
    _ call: OperationCall, _ x: UnsafePointer<Float>, _ offset: [Float], _ y: UnsafeMutablePointer<Float>
  ) {
    let elements = call.count * values.inputElements
    if scale.count == 1 { return call.kernels.scale_offset(x, scale[0], offset[0], y, elements) }
    zeros.withUnsafeBufferPointer { zeros in
      scale.withUnsafeBufferPointer { scale in
        offset.withUnsafeBufferPointer { offset in
          var table = KernelNormalization(
            rows: elements / scale.count, columns: scale.count, x_row: scale.count, y_row: scale.count,
            center: zeros.baseAddress, scale: scale.baseAddress, offset: offset.baseAddress, relu: 0)
          call.kernels.normalize(&table, x, y)
        }
      }
    }
  }
}
