import CKernels
import Glibc

/// A convolution with the max pooling behind it, in training. The gradient of the convolution's output is zero except at the
/// argmax positions of the windows. It is zero there too if relu or dropout stopped it. Therefore this gradient is never written.
/// The backward pass visits lists of argmax positions. For the weights over images of one channel, it visits the windows with the
/// filters in lanes.
final class PooledConvolutionOperation: Operation {
  var values: OperationValues
  /// Computes the outputs.
  let convolution: any Operation
  let pooling: MaxPoolingOperation
  let argmaxBands: ArgmaxBands
  let kernel: Int
  private let bias: Int?

  /// - Parameter direct: the direct form of `convolution`.
  init(_ convolution: any Operation, _ direct: ConvolutionOperation, _ pooling: MaxPoolingOperation) {
    self.convolution = convolution
    self.pooling = pooling
    pooling.remembersArgmax = true
    argmaxBands = ArgmaxBands(direct.geometry, pooling.pool)
    kernel = direct.kernel
    bias = pooling.sumsBiasOf
    values = convolution.values
    values.outputs = pooling.values.outputs
    values.outputElements = pooling.values.outputElements
  }

  var work: Int { convolution.work + pooling.work }
  var algorithm: String { "\(convolution.algorithm), \(pooling.algorithm), gradients at argmax positions" }
  var weightSpan: Range<Int>? { convolution.weightSpan }
  var backwardReadsInput: Bool { true }
  var imagesAtOnce: Int { convolution.imagesAtOnce }
  var savedPerImage: Int { pooling.savedPerImage }

  var scratchElements: Int {
    let forward = convolved + convolution.scratchElements
    let backward = 2 * argmaxBands.bandElements + argmaxBands.listElements
    return max(forward, backward, transposedElements)
  }
  /// The outputs before the pooling.
  private var convolved: Int { imagesAtOnce * convolution.values.outputElements + 64 }
  /// dW, each filter's [ky][kx, c] in whole vectors.
  var groupScratch: Int { argmaxBands.fitLanes ? 0 : argmaxBands.kernelElements }
}

// MARK: - Forward

extension PooledConvolutionOperation {
  func forward(_ call: OperationCall) {
    for first in stride(from: 0, to: call.count, by: imagesAtOnce) {
      var part = call
      part.count = min(imagesAtOnce, call.count - first)
      part.firstImage += first
      part.input += first * values.inputElements
      part.output = call.scratch
      part.scratch += convolved
      convolution.forward(part)
      part.input = call.scratch
      part.output = call.output + first * values.outputElements
      part.saved += first * savedPerImage
      pooling.forward(part)
    }
  }
}

// MARK: - Backward

extension PooledConvolutionOperation {
  func backward(_ call: OperationCall) {
    var call = call
    if argmaxBands.fitLanes {
      sumInLanes(call)
      if call.inputGradient == nil { return }
      call.weightGradients = nil
    }
    followLists(call)
  }

  /// Adds the gradients of the weights, for images of one channel.
  private func sumInLanes(_ call: OperationCall) {
    guard let weightGradients = call.weightGradients else { return }
    for i in 0..<call.count {
      // Invariant: called only for operations with an output that has a gradient.
      let gradient = call.outputGradient! + i * values.outputElements
      for band in argmaxBands.all {
        var found = argmaxBands.argmax(of: band, codes: pooling.codes(call, i), gradient: gradient)
        var sums = KernelArgmaxSums()
        sums.x = padded(argmaxBands.inputRows(of: band), of: call.input + i * values.inputElements, in: call.scratch)
        sums.x_row = border.paddedRow
        sums.scale = pooling.dropout?.scale ?? 1
        sums.rows = argmaxBands.convolution.rows.window
        sums.dw = weightGradients + kernel
        sums.bias = bias.map { weightGradients + $0 }
        call.kernels.argmax_sums(&found, &sums)
      }
    }
  }

  private func followLists(_ call: OperationCall) {
    let lists = argmaxBands.makeLists(in: call.scratch + 2 * argmaxBands.bandElements)
    for i in 0..<call.count {
      let gradient = passedGradient(call, i)
      let input = call.input + i * values.inputElements
      var inputGradient = GradientRows(
        border, scratch: call.scratch + argmaxBands.bandElements,
        target: call.inputGradient.map { $0 + i * values.inputElements }, areInPlace: argmaxBands.fitImage)
      for band in argmaxBands.all {
        var found = argmaxBands.argmax(of: band, codes: pooling.codes(call, i), gradient: gradient)
        let rows = argmaxBands.inputRows(of: band)
        if call.weightGradients != nil {
          addKernelGradient(call, &found, lists, image: padded(rows, of: input, in: call.scratch))
        }
        inputGradient.move(to: rows)
        if call.inputGradient != nil { addInputGradient(call, &found, lists, inputGradient.sums) }
      }
      inputGradient.finish()
    }
  }

  /// The rows of the image with their padding.
  private func padded(
    _ rows: Range<Int>, of input: UnsafePointer<Float>, in scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    if argmaxBands.fitImage { return input + rows.lowerBound * border.row }
    border.copy(input, rows: rows, to: scratch)
    return UnsafePointer(scratch)
  }

  private var border: Border { argmaxBands.convolution.imageBorder }
  /// Elements from one row under the kernel to the next.
  private var rowStep: Int { argmaxBands.convolution.rows.dilation * border.paddedRow }

  /// The gradient of image `i`'s windows, zero where no gradient passes. Its sums are added to the bias's gradient.
  private func passedGradient(_ call: OperationCall, _ i: Int) -> UnsafeMutablePointer<Float> {
    // Invariant: called only for operations with an output that has a gradient.
    let gradient = call.outputGradient! + i * values.outputElements
    let channels = pooling.pool.channels
    call.kernels.dropout_gradient(
      pooling.codes(call, i), pooling.dropout?.scale ?? 1, gradient, gradient, values.outputElements)
    if let bias, let weightGradients = call.weightGradients {
      call.kernels.column_sums(gradient, values.outputElements / channels, channels, channels, weightGradients + bias, 1)
    }
    return gradient
  }

  /// dW[f] += the sum over the filter's argmax positions of dy · x, where x is the convolution's window at that position.
  private func addKernelGradient(
    _ call: OperationCall, _ found: inout KernelArgmax, _ lists: KernelLists, image: UnsafePointer<Float>
  ) {
    var lists = lists
    call.kernels.argmax_by_channel(&found, argmaxBands.run, &lists)
    contract(call, &lists, count: found.channels, image, row: rowStep, into: call.group, row: argmaxBands.kernelRow)
  }

  /// dx in the window of an argmax position += the sum of dy · W[f] over the filters with their maximum there.
  private func addInputGradient(
    _ call: OperationCall, _ found: inout KernelArgmax, _ lists: KernelLists, _ target: UnsafeMutablePointer<Float>
  ) {
    var lists = lists
    call.kernels.argmax_by_place(&found, argmaxBands.run, &lists)
    contract(
      call, &lists, count: argmaxBands.places(rows: found.rows), call.packed + forwardPacked(call.kernels),
      row: argmaxBands.kernelRow,
      into: target, row: rowStep)
  }

  private func contract(
    _ call: OperationCall, _ lists: inout KernelLists, count: Int, _ b: UnsafePointer<Float>, row bRow: Int,
    into c: UnsafeMutablePointer<Float>, row cRow: Int
  ) {
    withUnsafePointer(to: &lists) { lists in
      var sparse = KernelSparse(
        lists: lists, count: count, b: b, c: c, rows: argmaxBands.convolution.rows.window, columns: argmaxBands.run, b_row: bRow,
        c_row: cRow, accumulate: 1)
      call.kernels.sparse(&sparse)
    }
  }
}
