/// y[m][n] = Σ a[m][k] · b[n][k], for two inputs as matrices. Their rows may first be divided by their lengths.
final class DotOperation: Operation {
  var values: OperationValues
  private let first: StridedMatrix
  private let second: StridedMatrix
  private let normalizes: Bool

  /// The minimum length, as in Keras's backend: shorter lengths are replaced by it.
  private static let epsilon: Float = 1e-7

  init(_ values: OperationValues, _ first: StridedMatrix, _ second: StridedMatrix, normalizes: Bool) {
    self.values = values
    self.first = first
    self.second = second
    self.normalizes = normalizes
  }

  var algorithm: String { normalizes ? "cosines" : "dot products" }
  var work: Int { first.rows * second.rows * first.depth }
  var backwardReadsInput: Bool { true }
  /// Elements for both matrices with contiguous rows, the inverse lengths of the rows, and the gradient of a row.
  var scratchElements: Int { first.elements + second.elements + first.rows + second.rows + first.depth }

  /// The matrices in a thread's memory.
  private struct Rows {
    let a: UnsafeMutablePointer<Float>
    let b: UnsafeMutablePointer<Float>
    let aInverse: UnsafeMutablePointer<Float>
    let bInverse: UnsafeMutablePointer<Float>
    let gradient: UnsafeMutablePointer<Float>
  }

  private func rows(_ call: OperationCall, _ image: Int) -> Rows {
    let a = call.scratch
    let b = a + first.elements
    let aInverse = b + second.elements
    let bInverse = aInverse + first.rows
    copy(call.inputs[0] + image * first.elements, first, to: a, aInverse)
    copy(call.inputs[1] + image * second.elements, second, to: b, bInverse)
    return Rows(a: a, b: b, aInverse: aInverse, bInverse: bInverse, gradient: bInverse + second.rows)
  }

  private func copy(
    _ x: UnsafePointer<Float>, _ matrix: StridedMatrix, to target: UnsafeMutablePointer<Float>,
    _ inverses: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<matrix.rows {
      let y = target + row * matrix.depth
      for k in 0..<matrix.depth { y[k] = x[matrix.place(row, k)] }
      guard normalizes else { continue }
      let inverse = min(1 / laneSum(matrix.depth) { y[$0] * y[$0] }.squareRoot(), 1 / Self.epsilon)
      inverses[row] = inverse
      for k in 0..<matrix.depth { y[k] *= inverse }
    }
  }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let rows = rows(call, i)
      let output = call.output + i * values.outputElements
      for m in 0..<first.rows {
        for n in 0..<second.rows {
          let (a, b) = (rows.a + m * first.depth, rows.b + n * first.depth)
          output[m * second.rows + n] = laneSum(first.depth) { a[$0] * b[$0] }
        }
      }
    }
  }

  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let rows = rows(call, i)
      let dy = outputGradient + i * values.outputElements
      if let gradient = call.inputGradients[0] {
        let places = Gradient(count: second.rows, step: 1, rowStep: second.rows)
        differentiate(rows.a, rows.aInverse, first, by: rows.b, dy, places, rows.gradient, into: gradient + i * first.elements)
      }
      if let gradient = call.inputGradients[1] {
        let places = Gradient(count: first.rows, step: second.rows, rowStep: 1)
        differentiate(rows.b, rows.bInverse, second, by: rows.a, dy, places, rows.gradient, into: gradient + i * second.elements)
      }
    }
  }

  /// The place of the output's gradients for a row.
  private struct Gradient {
    let count: Int
    let step: Int
    let rowStep: Int
  }

  /// dx[row] = Σ dy · other. With n = x · inverse, this becomes inverse · (dn - n · (n · dn)), unless the length was below
  /// epsilon.
  private func differentiate(
    _ x: UnsafePointer<Float>, _ inverses: UnsafePointer<Float>, _ matrix: StridedMatrix, by other: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, _ places: Gradient, _ sums: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let depth = matrix.depth
    for row in 0..<matrix.rows {
      sums.update(repeating: 0, count: depth)
      for j in 0..<places.count {
        let (gradient, values) = (dy[row * places.rowStep + j * places.step], other + j * depth)
        for k in 0..<depth { sums[k] += gradient * values[k] }
      }
      if normalizes {
        let (n, inverse) = (x + row * depth, inverses[row])
        let along = inverse < 1 / Self.epsilon ? laneSum(depth) { n[$0] * sums[$0] } : 0
        for k in 0..<depth { sums[k] = inverse * (sums[k] - n[k] * along) }
      }
      for k in 0..<depth { target[matrix.place(row, k)] = sums[k] }
    }
  }
}
