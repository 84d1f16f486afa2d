import CKernels
import Glibc

extension PooledConvolutionOperation {
  /// The weights that the convolution packs for its outputs. For the input's gradient, each filter by rows of the kernel follows,
  /// [ky][f][kx, c], in whole vectors.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let forward = convolution.packing(kernels, training: training, needsInputGradient: false)
    if !training || !needsInputGradient { return forward }
    let rows = argmaxBands.convolution.rows.window
    let start = forwardPacked(kernels)
    return Packing(elements: start + argmaxBands.kernelElements, tasks: forward.tasks + rows) {
      [unowned self] task, weights, packed in
      if task < forward.tasks { return forward.run(task, weights, packed) }
      let ky = task - forward.tasks
      kernels.pack_transposed(
        weights(self.kernel) + self.kernel + ky * self.kernelRow, self.filters, self.filters, self.kernelRow / self.filters,
        packed + start + ky * self.argmaxBands.kernelRow)
    }
  }

  func forwardPacked(_ kernels: KernelTable) -> Int {
    convolution.packing(kernels, training: true, needsInputGradient: false).elements.rounded(upTo: 16)
  }

  private var filters: Int { argmaxBands.convolution.filters }
  /// Elements in a row of the kernel, [kx][c][f].
  private var kernelRow: Int { argmaxBands.convolution.columns.window * argmaxBands.convolution.channels * filters }
  private var paddedFilters: Int { filters.rounded(upTo: 16) }
  /// Elements in a row of the kernel, with each filter in whole vectors.
  var transposedElements: Int { kernelRow / filters * paddedFilters }

  func beginGroup(_ call: OperationCall) { memset(call.group, 0, groupScratch * 4) }

  /// Adds dW to the gradient, in the order of the weights.
  func endGroup(_ call: OperationCall) {
    guard let weightGradients = call.weightGradients, !argmaxBands.fitLanes else { return }
    let terms = kernelRow / filters
    for ky in 0..<argmaxBands.convolution.rows.window {
      call.kernels.pack_transposed(call.group + ky * argmaxBands.kernelRow, argmaxBands.run, terms, filters, call.scratch)
      let target = weightGradients + kernel + ky * kernelRow
      for term in 0..<terms {
        call.kernels.add_scaled(call.scratch + term * paddedFilters, 1, target + term * filters, filters)
      }
    }
  }
}
