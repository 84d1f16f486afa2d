import CKernels
import Glibc

// Batch normalization in training consists of three operations, so that the large tensors are read while they are in the cache.
// The first computes each image's moments, directly after the operation that made the image. The second computes the statistics
// after all images. The third normalizes each image, directly before the operation that reads it. The backward pass has the same
// parts in reverse order.

/// The forward pass computes each image's moments. The backward pass computes dx from dy and the statistics. The tensor itself
/// passes unchanged.
final class BatchMomentsOperation: Operation {
  var values: OperationValues
  let normalization: ChannelNormalization
  let memory: BatchMemory

  init(_ values: OperationValues, _ normalization: ChannelNormalization) {
    self.values = values
    self.normalization = normalization
    memory = BatchMemory(normalization)
  }

  var algorithm: String { "moments" }
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }
  var isIdentity: Bool { true }
  func inputRow(_ index: Int) -> Int? { normalization.separateRow }
  var savedPerImage: Int { memory.imageElements }
  var savedPerBatch: Int { memory.savedPerBatch }

  func forward(_ call: OperationCall) {
    let columns = normalization.columns
    let row = values.firstInputStrides?.row ?? columns
    for i in 0..<call.count {
      let image = call.input + i * values.inputStep
      for block in 0..<memory.blocks {
        let moments = memory.moments(call, i, block)
        call.kernels.moments(
          image + block * BatchMemory.blockRows * row, row, memory.rows(block), columns, moments, moments + columns,
          moments + 2 * columns)
      }
    }
    passOn(call)
  }

  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient, let inputGradient = call.inputGradient else { return }
    var kernel = memory.gradientTable(call).kernel(rows: normalization.rows, relu: false, input: values.firstInputStrides)
    for i in 0..<call.count {
      let place = i * values.inputElements
      call.kernels.normalize_gradient(
        &kernel, memory.slope(call), call.input + i * values.inputStep, outputGradient + place, inputGradient + place)
    }
  }
}

/// Runs once for the batch. The forward pass computes the statistics of all images. The backward pass computes the gradients of
/// gamma and beta, and the values that the gradient of every x needs. The tensors pass unchanged.
final class BatchStatisticsOperation: Operation {
  var values: OperationValues
  private let moments: BatchMomentsOperation
  private var normalization: ChannelNormalization { moments.normalization }
  private var memory: BatchMemory { moments.memory }

  init(_ values: OperationValues, _ moments: BatchMomentsOperation) {
    self.values = values
    self.moments = moments
  }

  var algorithm: String { "statistics of the batch" }
  var scope: OperationScope { .batch }
  var worksInPlace: Bool { true }
  var isIdentity: Bool { true }
  func inputRow(_ index: Int) -> Int? { normalization.separateRow }
  var weightSpan: Range<Int>? { normalization.learnedSpan }
  var sharesSavedWith: (any Operation)? { moments }

  private static let channelsAtOnce = 4

  /// Approximate cost, in multiply-adds, of the two passes over all blocks, which process single numbers.
  private func work(_ call: OperationCall) -> Int { call.count * memory.imageElements * ParallelThreshold.element }

  func forward(_ call: OperationCall) {
    passOn(call)
    let table = memory.table(call)
    parallel(over: normalization.channels, by: Self.channelsAtOnce, limit: call.threads, work: work(call)) { [self] range in
      for channel in range {
        let (mean, variance) = memory.statistics(call, channel)
        memory.mean(call)[channel] = Float(mean)
        memory.variance(call)[channel] = Float(variance)
        let scale = normalization.gamma(channel, call.weights) * normalization.inverseDeviation(variance)
        // This adds back what rounding removed from the mean.
        let offset = normalization.beta(channel, call.weights) + (Double(Float(mean)) - mean) * scale
        table.set(channel, normalization, center: Float(mean), scale: Float(scale), offset: Float(offset))
      }
    }
  }

  /// With r = 1 / √(variance + epsilon), s = Σdy and p = Σdy·(x - mean) over the N values of a channel:
  /// dbeta = s, dgamma = p·r, dx = gamma·r · (dy - s/N - (x - mean)·r²·p/N).
  func backward(_ call: OperationCall) {
    guard let weightGradients = call.weightGradients else { return }
    let table = memory.gradientTable(call)
    let count = Double(memory.count(call))
    parallel(over: normalization.channels, by: Self.channelsAtOnce, limit: call.threads, work: work(call)) { [self] range in
      for channel in range {
        let (sum, product) = memory.gradientSums(call, channel: channel)
        let inverse = normalization.inverseDeviation(Double(memory.variance(call)[channel]))
        func put(_ gradient: Double, _ weight: Int) {
          let others = call.addsWeightGradients ? weightGradients[weight] : -0.0
          weightGradients[weight] = others + Float(gradient)
        }
        if let beta = normalization.beta { put(sum, beta + channel) }
        if let gamma = normalization.gamma { put(product * inverse, gamma + channel) }
        // A single value is always normalized to 0, so its gradient is exactly 0, without a rounding error.
        let scale = count == 1 ? 0 : normalization.gamma(channel, call.weights) * inverse
        table.set(
          channel, normalization, center: memory.mean(call)[channel], scale: Float(scale), offset: Float(-scale * sum / count))
        let slope = Float(-scale * inverse * inverse * product / count)
        for j in stride(from: channel, to: normalization.columns, by: normalization.channels) { memory.slope(call)[j] = slope }
      }
    }
  }

  /// Moves the moving statistics towards the batch's: moving · momentum + batch · (1 - momentum).
  func updateMovingStatistics(_ call: OperationCall, in weights: UnsafeMutablePointer<Float>) {
    let momentum = normalization.momentum
    for channel in 0..<normalization.channels {
      for (moving, batch) in [(normalization.mean, memory.mean(call)), (normalization.variance, memory.variance(call))] {
        let (old, new) = (Double(weights[moving + channel]), Double(batch[channel]))
        weights[moving + channel] = Float(old * momentum + new * (1 - momentum))
      }
    }
  }
}

extension Operation {
  /// The output equals the input. It is copied only if the plan could not give both the same memory.
  fileprivate func passOn(_ call: OperationCall) {
    if call.output != call.input { memcpy(call.output, call.input, call.count * values.inputElements * 4) }
  }
}
