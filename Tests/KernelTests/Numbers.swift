/// Reproducible test values (SplitMix64).
struct Numbers {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func float(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound)
      * (Float(next() >> 40) / Float(1 << 24))
  }

  static func floats(_ count: Int, _ range: ClosedRange<Float> = -3...3, seed: Int = 1) -> [Float] {
    var numbers = Numbers(seed: seed)
    return (0..<count).map { _ in numbers.float(range) }
  }

  /// At least `gap` away from 0 and from one another, so that no small step changes which one is the larger.
  static func distinct(_ count: Int, gap: Float = 0.01, seed: Int = 1) -> [Float] {
    var numbers = Numbers(seed: seed)
    var values = (0..<count).map { (Float($0 - count / 2) + 0.5) * gap * 2 }
    for i in values.indices.dropFirst() { values.swapAt(i, Int(numbers.next() % UInt64(i + 1))) }
    return values
  }

  static func bytes(_ count: Int, below limit: UInt64 = 256, seed: Int = 1) -> [UInt8] {
    var numbers = Numbers(seed: seed)
    return (0..<count).map { _ in UInt8(numbers.next() % limit) }
  }

  static func ints(_ count: Int, below limit: Int, seed: Int = 1) -> [Int32] {
    var numbers = Numbers(seed: seed)
    return (0..<count).map { _ in Int32(numbers.next() % UInt64(limit)) }
  }
}

/// The gradient of `function` at `x` by central differences.
func numericGradient(at x: [Double], _ function: ([Double]) -> Double) -> [Double] {
  let step = 1e-5
  var moved = x
  return x.indices.map { i in
    moved[i] = x[i] + step
    let above = function(moved)
    moved[i] = x[i] - step
    let below = function(moved)
    moved[i] = x[i]
    return (above - below) / (2 * step)
  }
}

extension [Float] {
  var doubles: [Double] { map(Double.init) }
}
