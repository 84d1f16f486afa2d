import CKernels
import Glibc

/// y = (x - mean) · scale + beta, where scale = gamma / √(variance + epsilon). The statistics are those of the batch, which
/// BatchStatisticsOperation has computed, or the moving ones.
///
/// With the batch's statistics, the backward pass of this operation computes only the sums that the gradient of the statistics
/// needs. BatchMomentsOperation computes the rest.
final class NormalizationOperation: Operation {
  var values: OperationValues
  /// max(0, ·) of the result. Its gradient is computed from x again, so y need not be saved.
  var fusesRelu = false
  let normalization: ChannelNormalization
  private let moments: BatchMomentsOperation?

  /// Whether to use the moving statistics.
  init(_ values: OperationValues, _ normalization: ChannelNormalization) {
    self.values = values
    self.normalization = normalization
    moments = nil
  }

  init(_ values: OperationValues, _ moments: BatchMomentsOperation) {
    self.values = values
    self.moments = moments
    normalization = moments.normalization
  }

  var usesMovingStatistics: Bool { moments == nil }
  var algorithm: String { "batch normalization" }
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }
  var outputRow: Int? { normalization.separateRow }
  func inputRow(_ index: Int) -> Int? { normalization.separateRow }
  var weightSpan: Range<Int>? { usesMovingStatistics ? normalization.learnedSpan : nil }
  var sharesSavedWith: (any Operation)? { moments }
  /// The sums of one image.
  var scratchElements: Int { usesMovingStatistics ? 2 * normalization.columns : 0 }

  func forward(_ call: OperationCall) {
    var kernel = table(call).kernel(
      rows: normalization.rows, relu: fusesRelu, input: values.firstInputStrides, output: values.outputStrides)
    for i in 0..<call.count {
      call.kernels.normalize(&kernel, call.input + i * values.inputStep, call.output + i * values.outputStep)
    }
  }

  private func table(_ call: OperationCall) -> NormalizationTable {
    moments?.memory.table(call) ?? NormalizationTable(start: call.packed, columns: normalization.columns)
  }
}

// MARK: - Backward

extension NormalizationOperation {
  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let gradient = outputGradient + i * values.outputElements
      let target = call.inputGradient.map { $0 + i * values.inputElements } ?? gradient
      let sums = moments?.memory.gradientSums(call, i) ?? call.scratch
      sum(call, call.input + i * values.inputStep, gradient, into: target, sums)
      if usesMovingStatistics { finish(call, call.input + i * values.inputStep, target, sums) }
    }
  }

  /// A few rows at a time, so that a sum has few terms and rounds little.
  private func sum(
    _ call: OperationCall, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns) = (normalization.rows, normalization.columns)
    let row = values.firstInputStrides?.row ?? columns
    memset(sums, 0, 2 * columns * 4)
    for first in stride(from: 0, to: rows, by: BatchMemory.blockRows) {
      var kernel = table(call).kernel(
        rows: min(BatchMemory.blockRows, rows - first), relu: fusesRelu, input: values.firstInputStrides)
      let place = first * columns
      call.kernels.normalize_sums(&kernel, x + first * row, gradient + place, target + place, sums, sums + columns)
    }
  }

  /// Constant statistics: dx = dy · scale, and the sums are the gradients of beta and gamma.
  private func finish(
    _ call: OperationCall, _ x: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ sums: UnsafePointer<Float>
  ) {
    let table = table(call)
    let zeros = call.packed + NormalizationTable.elements(normalization.columns)
    if call.inputGradient != nil {
      var kernel = table.kernel(rows: normalization.rows, relu: false, input: values.firstInputStrides)
      kernel.offset = UnsafePointer(zeros)
      call.kernels.normalize_gradient(&kernel, zeros, x, target, target)
    }
    guard let weightGradients = call.weightGradients else { return }
    for j in 0..<normalization.columns {
      let channel = j % normalization.channels
      if let beta = normalization.beta { weightGradients[beta + channel] += sums[j] }
      if let gamma = normalization.gamma {
        let inverse = normalization.inverseDeviation(Double(call.weights[normalization.variance + channel]))
        weightGradients[gamma + channel] += Float(Double(sums[normalization.columns + j]) * inverse)
      }
    }
  }
}

// MARK: - Packed weights

extension NormalizationOperation {
  /// The table of the moving statistics, then a row of zeros.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    guard usesMovingStatistics else { return Packing() }
    let elements = NormalizationTable.elements(normalization.columns)
    return Packing(elements: elements + normalization.columns, tasks: 1) { [normalization] _, weights, packed in
      let weights = weights(normalization.mean)
      let table = NormalizationTable(start: packed, columns: normalization.columns)
      for channel in 0..<normalization.channels {
        table.set(
          channel, normalization, center: weights[normalization.mean + channel],
          scale: Float(normalization.movingScale(channel, weights)), offset: Float(normalization.beta(channel, weights)))
      }
      memset(packed + elements, 0, normalization.columns * 4)
    }
  }
}
