import CKernels
import Glibc

/// y = (x - mean) / √variance, or the inverse, mean + x · √variance, with constant statistics for each index of some axes.
final class StandardizationOperation: Operation {
  enum Statistics {
    case given(mean: NumberArray, variance: NumberArray)
    /// Offsets in the flat buffers.
    case weights(mean: Int, variance: Int)
  }

  var values: OperationValues
  private let matrix: PixelMatrix
  private let statistics: Statistics
  /// The axes within a row of the matrix: their sizes, and the distances between their statistics.
  private let axes: [(size: Int, step: Int)]
  private let inverts: Bool

  /// - Parameters:
  ///   - shape: the shape of a sample.
  ///   - places: the axes with statistics of their own, in order.
  init(_ values: OperationValues, shape: [Int], places: [Int], _ statistics: Statistics, inverts: Bool) {
    self.values = values
    self.statistics = statistics
    self.inverts = inverts
    let sizes = places.map { shape[$0] }
    var steps = sizes.indices.map { sizes[($0 + 1)...].reduce(1, *) }
    if case .given(let mean, _) = statistics, let found = mean.steps(in: sizes) { steps = found }
    let own = Dictionary(uniqueKeysWithValues: zip(places, steps))
    // A row begins at the first of these axes, so that each row uses the same statistics.
    axes = ((places.first ?? shape.count)..<shape.count).map { (shape[$0], own[$0] ?? 0) }
    matrix = PixelMatrix(channels: axes.reduce(1) { $0 * $1.size }, elements: values.inputElements)
  }

  var algorithm: String { "normalization by constants" }
  var worksInPlace: Bool { true }

  /// The smallest divisor, as in Keras.
  private static let leastDeviation = 1e-7

  private func table(_ call: OperationCall) -> NormalizationTable {
    NormalizationTable(start: call.packed, columns: matrix.columns)
  }

  func forward(_ call: OperationCall) {
    var kernel = table(call).kernel(rows: call.count * matrix.rows, relu: false)
    call.kernels.normalize(&kernel, call.input, call.output)
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    var kernel = table(call).kernel(rows: call.count * matrix.rows, relu: false)
    let zeros = UnsafePointer(call.packed + NormalizationTable.elements(matrix.columns))
    (kernel.center, kernel.offset) = (zeros, zeros)
    call.kernels.normalize(&kernel, outputGradient, inputGradient)
  }

  /// The table, then a row of zeros.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let elements = NormalizationTable.elements(matrix.columns)
    return Packing(elements: elements + matrix.columns, tasks: 1) { [self] _, weights, packed in
      let table = NormalizationTable(start: packed, columns: matrix.columns)
      for column in 0..<matrix.columns {
        let (mean, variance) = statistics(index(column), weights)
        let deviation = max(variance.squareRoot(), Self.leastDeviation)
        table.center[column] = inverts ? 0 : Float(mean)
        table.scale[column] = Float(inverts ? deviation : 1 / deviation)
        table.offset[column] = inverts ? Float(mean) : 0
      }
      memset(packed + elements, 0, matrix.columns * 4)
    }
  }

  /// The index of the statistics that a column uses.
  private func index(_ column: Int) -> Int {
    var (rest, index) = (column, 0)
    for axis in axes.reversed() {
      index += rest % axis.size * axis.step
      rest /= axis.size
    }
    return index
  }

  private func statistics(_ index: Int, _ weights: WeightBase) -> (mean: Double, variance: Double) {
    switch statistics {
    case .given(let means, let variances): (means.values[index], variances.values[index])
    case .weights(let mean, let variance):
      (Double(weights(mean)[mean + index]), Double(weights(mean)[variance + index]))
    }
  }
}
