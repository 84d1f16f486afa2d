import CKernels

/// A convolution run backwards: its forward pass is the input gradient of the convolution, and its backward pass is the
/// convolution itself.
final class TransposedConvolutionOperation: Operation {
  var values: OperationValues
  /// The convolution that leads from this operation's output to its input.
  private let convolution: ConvolutionOperation
  /// Offset in the flat buffers.
  private let bias: Int?

  /// - Parameters:
  ///   - geometry: the geometry of the convolution that this operation transposes.
  ///   - kernel, bias: offsets in the flat buffers.
  init(_ values: OperationValues, geometry: ConvolutionGeometry, kernel: Int, bias: Int?) {
    self.values = values
    self.bias = bias
    var swapped = values
    (swapped.inputElements, swapped.outputElements) = (values.outputElements, values.inputElements)
    convolution = ConvolutionOperation(swapped, geometry: geometry, kernel: kernel, bias: nil)
  }

  private var filters: Int { convolution.geometry.channels }

  var work: Int { convolution.work }
  var algorithm: String { "transposed convolution" }
  var backwardReadsInput: Bool { true }
  /// This memory follows the convolution's own. It holds a copy of the caller's image, because that image may be at the end of
  /// its memory and `KernelTile.b` is read beyond its end.
  var scratchElements: Int { convolution.scratchElements + (values.readsModelInput ? values.inputElements + 16 : 0) }
  var weightSpan: Range<Int>? {
    guard let kernel = convolution.weightSpan, let bias else { return convolution.weightSpan }
    return kernel.lowerBound..<(bias + filters).rounded(upTo: 16)
  }

  /// Both directions of the convolution are packed, because this operation uses both.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    convolution.packing(kernels, training: true, needsInputGradient: true)
  }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let output = call.output + i * values.outputElements
      convolution.inputGradient(call, call.input + i * values.inputElements, output)
      guard let bias else { continue }
      let biases = call.weights + bias
      for start in stride(from: 0, to: values.outputElements, by: filters) {
        for filter in 0..<filters { output[start + filter] += biases[filter] }
      }
    }
  }

  func backward(_ call: OperationCall) {
    // The input of the convolution is the gradient of this operation's output.
    var call = call
    call.inputIsBatch = false
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: false, channels: filters, bias: bias)
      convolution.kernelGradient(call, gradient, input(call, i))
      if let inputGradient = call.inputGradient {
        convolution.product(call, gradient, inputGradient + i * values.inputElements)
      }
    }
  }

  private func input(_ call: OperationCall, _ i: Int) -> UnsafePointer<Float> {
    let image = call.input + i * values.inputElements
    guard values.readsModelInput else { return UnsafePointer(image) }
    let copy = call.scratch + convolution.scratchElements
    copy.update(from: image, count: values.inputElements)
    return UnsafePointer(copy)
  }
}
