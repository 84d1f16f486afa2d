/// y = (x - mean) / √(variance + epsilon) · gamma + beta, with mean and biased variance of each row.
final class LayerNormalizationOperation: Operation {
  var values: OperationValues
  /// The number of elements that are normalized together.
  private let columns: Int
  private let epsilon: Float
  /// Offsets in the flat buffers.
  private let gamma: Int?
  private let beta: Int?

  init(_ values: OperationValues, columns: Int, epsilon: Double, gamma: Int?, beta: Int?) {
    self.values = values
    self.columns = columns
    self.epsilon = Float(epsilon)
    self.gamma = gamma
    self.beta = beta
  }

  var algorithm: String { "layer normalization" }
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }
  var weightSpan: Range<Int>? {
    guard let first = gamma ?? beta, let last = beta ?? gamma else { return nil }
    return first..<(last + columns).rounded(upTo: 16)
  }

  private func rows(_ call: OperationCall) -> Range<Int> { 0..<call.count * values.inputElements / columns }

  /// Mean and 1 / √(variance + epsilon) of a row. Computing them again is cheaper than saving them.
  private func statistics(_ x: UnsafePointer<Float>) -> (mean: Float, inverse: Float) {
    let mean = laneSum(columns) { x[$0] } / Float(columns)
    let squares = laneSum(columns) { (x[$0] - mean) * (x[$0] - mean) }
    return (mean, 1 / (squares / Float(columns) + epsilon).squareRoot())
  }

  func forward(_ call: OperationCall) {
    for row in rows(call) {
      let (x, y) = (call.input + row * columns, call.output + row * columns)
      let (mean, inverse) = statistics(x)
      for j in 0..<columns { y[j] = (x[j] - mean) * inverse }
      if let gamma {
        let gammas = call.weights + gamma
        for j in 0..<columns { y[j] *= gammas[j] }
      }
      if let beta { call.kernels.add_scaled(call.weights + beta, 1, y, columns) }
    }
  }

  /// With n = (x - mean) · inverse and g = dy · gamma: dgamma = Σ dy · n and dbeta = Σ dy over the rows, and
  /// dx = inverse · (g - mean of g - n · mean of g · n).
  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    for row in rows(call) {
      let (x, dy) = (call.input + row * columns, outputGradient + row * columns)
      let (mean, inverse) = statistics(x)
      if let weightGradients = call.weightGradients {
        if let beta { call.kernels.add_scaled(dy, 1, weightGradients + beta, columns) }
        if let gamma {
          let target = weightGradients + gamma
          for j in 0..<columns { target[j] += dy[j] * ((x[j] - mean) * inverse) }
        }
      }
      guard let inputGradient = call.inputGradient else { continue }
      if let gamma {
        let gammas = call.weights + gamma
        for j in 0..<columns { dy[j] *= gammas[j] }
      }
      let sum = laneSum(columns) { dy[$0] } / Float(columns)
      let product = laneSum(columns) { dy[$0] * ((x[$0] - mean) * inverse) } / Float(columns)
      let dx = inputGradient + row * columns
      for j in 0..<columns { dx[j] = inverse * (dy[j] - sum - (x[j] - mean) * inverse * product) }
    }
  }
}
