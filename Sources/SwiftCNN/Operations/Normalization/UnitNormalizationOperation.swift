import CKernels

/// y = x · min(1 / √Σx², 10^12), for each row.
final class UnitNormalizationOperation: Operation {
  var values: OperationValues
  /// The number of elements that are normalized together.
  private let columns: Int

  /// The largest factor. It belongs to the shortest vector that is scaled to length 1.
  private static let largestFactor: Float = 1e12

  init(_ values: OperationValues, columns: Int) {
    self.values = values
    self.columns = columns
  }

  var algorithm: String { "unit normalization" }
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }

  private func rows(_ call: OperationCall) -> Range<Int> { 0..<call.count * values.inputElements / columns }

  private func inverseLength(_ call: OperationCall, _ x: UnsafePointer<Float>) -> Float {
    1 / call.kernels.sum_of_squares(x, columns).squareRoot()
  }

  func forward(_ call: OperationCall) {
    for row in rows(call) {
      let x = call.input + row * columns
      call.kernels.scale_offset(x, min(inverseLength(call, x), Self.largestFactor), 0, call.output + row * columns, columns)
    }
  }

  /// dx = (dy - y · Σ dy · y) / length. A vector that is too short is multiplied by a constant, so its dx is dy times that
  /// constant.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for row in rows(call) {
      let (x, dy, dx) = (call.input + row * columns, outputGradient + row * columns, inputGradient + row * columns)
      let inverse = inverseLength(call, x)
      if inverse > Self.largestFactor {
        call.kernels.scale_offset(dy, Self.largestFactor, 0, dx, columns)
        continue
      }
      let product = laneSum(columns) { dy[$0] * (x[$0] * inverse) }
      for j in 0..<columns { dx[j] = inverse * (dy[j] - x[j] * inverse * product) }
    }
  }
}
