extension Constraint {
  /// Keras's, which keeps the divisions away from 0.
  private static let epsilon = 1e-7
  private static let columnsAtOnce = 64

  /// Brings a weight of this shape back, in place.
  func apply(to weights: UnsafeMutablePointer<Float>, shape: [Int], threads: Int) {
    if case .nonNegative = self {
      for i in 0..<shape.reduce(1, *) where weights[i] < 0 { weights[i] = 0 }
      return
    }
    let norms = NormLayout(shape: shape, axes: axes)
    let work = shape.reduce(1, *) * ParallelThreshold.element
    let columnsAtOnce = norms.splitsColumns ? Self.columnsAtOnce : norms.columns
    parallel(over: norms.columns, by: columnsAtOnce, limit: threads, work: work) { columns in
      var sums = [Double](repeating: 0, count: norms.count)
      norms.forEach(columns) { element, norm in sums[norm] += Double(weights[element]) * Double(weights[element]) }
      let scales = sums.map { Float(scale($0.squareRoot())) }
      norms.forEach(columns) { element, norm in weights[element] *= scales[norm] }
    }
  }

  /// What weights of this norm are multiplied by.
  private func scale(_ norm: Double) -> Double {
    let wanted =
      switch self {
      case .maxNorm(let value, _): min(norm, value)
      case .minMaxNorm(let minimum, let maximum, let rate, _): rate * min(max(norm, minimum), maximum) + (1 - rate) * norm
      case .unitNorm, .nonNegative: 1.0
      }
    return wanted / (Self.epsilon + norm)
  }
}

/// Which norm each element of a tensor belongs to, where the norms run over some of its axes.
private struct NormLayout {
  private let shape: [Int]
  /// From one element to the next along an axis: 0 where the norm runs over it.
  private let steps: [Int]
  /// Norms in all.
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

  /// The last axis, along which elements lie side by side.
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
