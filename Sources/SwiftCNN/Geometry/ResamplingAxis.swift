/// How the pixels along one axis of an image come from those of another size: each is a weighted sum of neighbours.
struct ResamplingAxis {
  let input: Int
  let output: Int
  /// Neighbours of each output.
  let taps: Int
  /// Each output's first neighbour.
  let first: [Int]
  /// Each output's weights, `taps` of them; they add up to 1.
  let weights: [Float]

  /// More than any image has, and few enough for the tables.
  static let largestSize = 1 << 20

  static func check(_ sizes: [Int], of layer: String) throws(SwiftCNNError) {
    for size in sizes where size > largestSize {
      throw .invalidValue("\(layer): \(size) rows or columns are beyond any image; use at most \(largestSize)")
    }
  }

  /// Pixels are areas: the centre of output i lies at (i + 1/2) · input / output.
  /// - Parameter antialias: for a smaller output, weights of all pixels that it covers.
  init(input: Int, output: Int, _ interpolation: Interpolation, antialias: Bool) {
    self.input = input
    self.output = output
    let rows =
      switch interpolation {
      case .nearest: (0..<output).map { (Self.nearest($0, input, output), [Float(1)]) }
      case .bilinear: (0..<output).map { Self.triangle($0, input, output, antialias: antialias) }
      }
    let most = rows.map(\.1.count).max() ?? 1
    taps = most
    // Where fewer neighbours count, others have the weight 0.
    first = rows.map { min($0.0, input - most) }
    weights = rows.flatMap { start, weights in
      let missing = start - min(start, input - most)
      return [Float](repeating: 0, count: missing) + weights + [Float](repeating: 0, count: most - missing - weights.count)
    }
  }

  /// In float32, as Keras computes it: where a centre lies between two pixels, the rounding decides.
  private static func nearest(_ index: Int, _ input: Int, _ output: Int) -> Int {
    min(input - 1, Int((Float(index) + 0.5) * (Float(input) / Float(output))))
  }

  /// Weights that fall off in a straight line to 0 at the next pixel's centre, or at the next output's if these are farther apart.
  private static func triangle(_ index: Int, _ input: Int, _ output: Int, antialias: Bool) -> (first: Int, weights: [Float]) {
    let scale = Double(input) / Double(output)
    let reach = antialias ? max(scale, 1) : 1
    let center = (Double(index) + 0.5) * scale - 0.5
    let first = max(0, Int((center - reach).rounded(.up)))
    let last = min(input - 1, Int((center + reach).rounded(.down)))
    let weights = (first...last).map { 1 - abs(Double($0) - center) / reach }
    let sum = weights.reduce(0, +)
    return (first, weights.map { Float($0 / sum) })
  }

  /// Whether output i is computed as the one before it.
  func repeats(_ i: Int) -> Bool {
    i > 0 && first[i] == first[i - 1] && (0..<taps).allSatisfy { weights[i * taps + $0] == weights[(i - 1) * taps + $0] }
  }
}
