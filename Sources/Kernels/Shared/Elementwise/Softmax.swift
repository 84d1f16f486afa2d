/// The values that a row's exponentials need: e^(x - maximum) never overflows, and `sum` is at least 1.
struct RowExponentials {
  let maximum: Float
  let sum: Float

  @inline(__always)
  init(_ x: UnsafePointer<Float>, _ columns: Int) {
    var largest = RowMaximum(x: x)
    largest.run(columns)
    maximum = horizontalMaximum(largest.maximum)
    var total = ExponentialSum(x: x, maximum: splat(maximum))
    total.run(columns)
    sum = horizontalSum(total.sum)
  }

  /// softmax(x)
  @inline(__always)
  func probabilities(_ x: V) -> V { exponential(x - splat(maximum)) / splat(sum) }
}

private struct RowMaximum: ElementLoop {
  let x: UnsafePointer<Float>
  var maximum = splat(-.infinity)

  @inline(__always)
  init(x: UnsafePointer<Float>) { self.x = x }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) {
    maximum = larger(maximum, lanes.fill(lanes.load(x + i), -.infinity))
  }
}

private struct ExponentialSum: ElementLoop {
  let x: UnsafePointer<Float>
  let maximum: V
  var sum = V()

  @inline(__always)
  init(x: UnsafePointer<Float>, maximum: V) {
    self.x = x
    self.maximum = maximum
  }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) {
    sum += lanes.fill(exponential(lanes.load(x + i) - maximum), 0)
  }
}

private struct Probabilities: ElementLoop {
  let row: RowExponentials
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(row.probabilities(lanes.load(x + i)), y + i) }
}

@inline(never)
func softmax(_ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!, _ rows: Int, _ columns: Int) {
  var r = 0
  while r < rows {
    let start = x + r &* columns
    var loop = Probabilities(row: RowExponentials(start, columns), x: start, y: y + r &* columns)
    loop.run(columns)
    r &+= 1
  }
}

/// The sum of a * b in sixteen lanes.
struct DotProduct: ElementLoop {
  let a, b: UnsafePointer<Float>
  var sum = V()

  @inline(__always)
  init(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) {
    self.a = a
    self.b = b
  }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) { sum = fma(sum, lanes.load(a + i), lanes.load(b + i)) }
}

private struct SoftmaxBackward: ElementLoop {
  let y, dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>
  let shared: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    lanes.store(lanes.load(y + i) * (lanes.load(dy + i) - shared), dx + i)
  }
}

/// dx = y (dy - Σ y dy)
@inline(never)
func softmaxGradient(
  _ y: UnsafePointer<Float>!, _ dy: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!, _ rows: Int,
  _ columns: Int
) {
  var r = 0
  while r < rows {
    let start = r &* columns
    var dot = DotProduct(y + start, dy + start)
    dot.run(columns)
    let shared = splat(horizontalSum(dot.sum))
    var loop = SoftmaxBackward(y: y + start, dy: dy + start, dx: dx + start, shared: shared)
    loop.run(columns)
    r &+= 1
  }
}
