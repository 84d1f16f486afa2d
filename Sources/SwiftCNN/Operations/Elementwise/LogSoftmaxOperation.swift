import CKernels

/// x - ln Σe^x over the last axis.
final class LogSoftmaxOperation: Operation {
  var values: OperationValues
  private let columns: Int

  init(_ values: OperationValues, columns: Int) {
    self.values = values
    self.columns = columns
  }

  var algorithm: String { "log softmax" }
  var backwardReadsOutput: Bool { true }
  var worksInPlace: Bool { true }
  /// e to the power of each value of a row.
  var scratchElements: Int { columns }

  func forward(_ call: OperationCall) {
    for row in rows(call) {
      let (x, y) = (call.input + row * columns, call.output + row * columns)
      let largest = UnsafeBufferPointer(start: x, count: columns).max() ?? 0
      call.kernels.scale_offset(x, 1, -largest, y, columns)
      let sum = exponentials(call, y)
      var logarithm: Float = 0
      withUnsafePointer(to: sum) { call.kernels.log($0, &logarithm, 1) }
      call.kernels.scale_offset(y, 1, -logarithm, y, columns)
    }
  }

  /// dx = dy - softmax(x) · Σdy.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for row in rows(call) {
      let (dx, dy) = (inputGradient + row * columns, outputGradient + row * columns)
      _ = exponentials(call, call.output + row * columns)
      let sum = laneSum(columns) { dy[$0] }
      for j in 0..<columns { dx[j] = dy[j] - call.scratch[j] * sum }
    }
  }

  private func rows(_ call: OperationCall) -> Range<Int> { 0..<call.count * values.inputElements / columns }

  /// e^x of a row in the scratch memory, and their sum.
  private func exponentials(_ call: OperationCall, _ x: UnsafePointer<Float>) -> Float {
    call.kernels.exp(x, call.scratch, columns)
    return laneSum(columns) { call.scratch[$0] }
  }
}
