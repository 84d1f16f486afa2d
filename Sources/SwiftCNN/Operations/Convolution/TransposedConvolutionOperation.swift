import CKernels

/// A convolution run backwards: its input's gradient is what goes forward here, and it goes forward here for the gradient.
final class TransposedConvolutionOperation: Operation {
  var values: OperationValues
  /// From this operation's output to its input.
  private let convolution: ConvolutionOperation
  /// Offset in the flat buffers.
  private let bias: Int?

  /// - Parameters:
  ///   - geometry: of the convolution whose transpose this is.
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
  /// Behind the convolution's own: an image of the caller's, which may end where its memory does. `KernelTile.b` reads on.
  var scratchElements: Int { convolution.scratchElements + (values.readsModelInput ? values.inputElements + 16 : 0) }
  var weightSpan: Range<Int>? {
    guard let kernel = convolution.weightSpan, let bias else { return convolution.weightSpan }
    return kernel.lowerBound..<(bias + filters).rounded(upTo: 16)
  }

  /// Both directions of the convolution, as each of ours is one of them.
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
    // The convolution's input is our output's gradient.
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
