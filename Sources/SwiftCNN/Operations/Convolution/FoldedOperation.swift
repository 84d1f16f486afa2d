import CKernels

/// An operation with a kernel and a bias, both with the output's channels as the last axis. A batch normalization with constant
/// statistics behind it can be folded into these weights.
protocol AffineOperation: Operation {
  /// Offsets in the flat buffers.
  var kernel: Int { get }
  var bias: Int? { get set }
  var kernelElements: Int { get }
  var outputChannels: Int { get }
}

/// In inference, a product with weights that include the normalization behind it: (x·W + b - mean)·scale + beta = x·(W·scale) +
/// ((b - mean)·scale + beta). The product reads a copy of its weights, in the layout of the flat buffers.
final class FoldedOperation: Operation {
  /// What a fold records before the algorithm is chosen: the normalization, and the places of the kernel and the bias.
  struct Fold {
    let normalization: ChannelNormalization
    let kernel: Int
    let kernelElements: Int
    /// nil if the product has no bias.
    let bias: Int?
    /// The place where the product reads its bias.
    let foldedBias: Int
  }

  private let product: any Operation
  private let fold: Fold

  init(_ product: any Operation, _ fold: Fold) {
    self.product = product
    self.fold = fold
  }

  var values: OperationValues {
    get { product.values }
    set { product.values = newValue }
  }
  var scope: OperationScope { product.scope }
  var imagesAtOnce: Int { product.imagesAtOnce }
  var work: Int { product.work }
  var algorithm: String { "\(product.algorithm), batch normalization in its weights" }
  var worksInPlace: Bool { product.worksInPlace }
  var weightSpan: Range<Int>? { product.weightSpan }
  var outputRow: Int? { product.outputRow }
  var scratchElements: Int { product.scratchElements }

  private var copiedElements: Int { (fold.foldedBias - fold.kernel + fold.normalization.channels).rounded(upTo: 16) }

  func forward(_ call: OperationCall) {
    var call = call
    call.weights = UnsafePointer(call.packed - fold.kernel)
    call.packed += copiedElements
    product.forward(call)
  }

  /// Only plans for inference use folding.
  func backward(_ call: OperationCall) { preconditionFailure("a folded normalization has no backward pass") }

  /// The folded weights, followed by the product's own packing of them.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let inner = product.packing(kernels, training: training, needsInputGradient: needsInputGradient)
    return Packing(elements: copiedElements + inner.elements, tasks: 1) { [fold, copiedElements] _, weights, packed in
      fold.apply(weights, into: packed)
      for task in 0..<inner.tasks { inner.run(task, { _ in UnsafePointer(packed - fold.kernel) }, packed + copiedElements) }
    }
  }
}

extension FoldedOperation.Fold {
  /// Makes `product` read the folded weights.
  init(_ normalization: ChannelNormalization, into product: any AffineOperation) {
    self.normalization = normalization
    kernel = product.kernel
    kernelElements = product.kernelElements
    bias = product.bias
    foldedBias = product.bias ?? (product.kernel + product.kernelElements).rounded(upTo: 16)
    product.bias = foldedBias
  }

  fileprivate func apply(_ weights: WeightBase, into copy: UnsafeMutablePointer<Float>) {
    let (weights, statistics) = (weights(kernel), weights(normalization.mean))
    let channels = normalization.channels
    // The memory of the bias holds the scales until the kernel is folded.
    let scales = copy + foldedBias - kernel
    for channel in 0..<channels { scales[channel] = Float(normalization.movingScale(channel, statistics)) }
    for row in stride(from: 0, to: kernelElements, by: channels) {
      for channel in 0..<channels { copy[row + channel] = weights[kernel + row + channel] * scales[channel] }
    }
    for channel in 0..<channels {
      let shifted = (bias.map { Double(weights[$0 + channel]) } ?? 0) - Double(statistics[normalization.mean + channel])
      scales[channel] = Float(shifted * Double(scales[channel]) + normalization.beta(channel, statistics))
    }
  }
}
