/// How the pixels along one axis of an image are computed from those of another size. Each is a weighted sum of neighbours.
struct ResamplingAxis {
  let input: Int
  let output: Int
  /// The number of neighbours for each output.
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
    // If fewer neighbours have a weight, the others have the weight 0.
    first = rows.map { min($0.0, input - most) }
    weights = rows.flatMap { start, weights in
      let missing = start - min(start, input - most)
      return [Float](repeating: 0, count: missing) + weights + [Float](repeating: 0, count: most - missing - weights.count)
    }
  }

  /// In float32, as in Keras: if a centre lies between two pixels, the rounding decides which one is used.
  private static func nearest(_ index: Int, _ input: Int, _ output: Int) -> Int {
    min(input - 1, Int((Float(index) + 0.5) * (Float(input) / Float(output))))
  }

  /// Weights that fall linearly to 0 at the centre of the next pixel, or of the next output if outputs are farther apart.
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

  /// Whether output i has the same neighbours as the output before it.
  func repeats(_ i: Int) -> Bool {
    i > 0 && first[i] == first[i - 1] && (0..<taps).allSatisfy { weights[i * taps + $0] == weights[(i - 1) * taps + $0] }
  }
}
