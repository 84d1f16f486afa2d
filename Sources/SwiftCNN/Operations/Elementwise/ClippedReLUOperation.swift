/// x above `threshold`, but at most `limit`; slope · (x - threshold) below the threshold.
///
/// The kernels cover the usual cases: no threshold, with either a limit or a slope.
final class ClippedReLUOperation: Operation {
  var values: OperationValues
  private let limit: Float
  private let slope: Float
  private let threshold: Float

  init(_ values: OperationValues, limit: Float, slope: Float, threshold: Float) {
    self.values = values
    self.limit = limit
    self.slope = slope
    self.threshold = threshold
  }

  var algorithm: String { "rectifier" }
  /// The backward pass reads x, because a value of y can come from either side of the threshold.
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }

  func forward(_ call: OperationCall) {
    let (x, y, limit, slope, threshold) = (call.input, call.output, limit, slope, threshold)
    for i in 0..<call.count * values.inputElements {
      let below = slope * (x[i] - threshold)
      let above = x[i] > limit ? limit : x[i]
      y[i] = x[i] <= threshold ? below : above
    }
  }

  func backward(_ call: OperationCall) {
    guard let dx = call.inputGradient, let dy = call.outputGradient else { return }
    let (x, limit, slope, threshold) = (call.input, limit, slope, threshold)
    for i in 0..<call.count * values.inputElements {
      let gradient = dy[i]
      let above = x[i] < limit ? gradient : 0
      dx[i] = x[i] <= threshold ? slope * gradient : above
    }
  }
}
