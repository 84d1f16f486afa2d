/// Assigns each element of a tensor to a norm, where the norms are computed over some of the tensor's axes.
struct NormLayout {
  private let shape: [Int]
  /// The distance between norms along an axis: 0 if the norm is computed over this axis.
  private let steps: [Int]
  /// The number of norms.
  let count: Int

  init(shape: [Int], axes: [Int]) {
    self.shape = shape
    var steps = [Int](repeating: 0, count: shape.count)
    var count = 1
    let summed = Set(axes.map { $0 < 0 ? $0 + shape.count : $0 })
    for axis in shape.indices.reversed() where !summed.contains(axis) {
      steps[axis] = count
      count *= shape[axis]
    }
    self.steps = steps
    self.count = count
  }

  /// The last axis. Its elements are contiguous.
  var columns: Int { shape[shape.count - 1] }
  /// Whether columns never share a norm.
  var splitsColumns: Bool { steps[shape.count - 1] != 0 }

  /// Calls `body` with every element in these columns and its norm, in the order of the elements.
  func forEach(_ range: Range<Int>, _ body: (_ element: Int, _ norm: Int) -> Void) {
    let step = steps[shape.count - 1]
    for row in 0..<shape.dropLast().reduce(1, *) {
      let norm = norm(ofRow: row)
      for column in range { body(row * columns + column, norm + column * step) }
    }
  }

  private func norm(ofRow row: Int) -> Int {
    var (rest, norm) = (row, 0)
    for axis in shape.indices.dropLast().reversed() {
      norm += rest % shape[axis] * steps[axis]
      rest /= shape[axis]
    }
    return norm
  }
}
