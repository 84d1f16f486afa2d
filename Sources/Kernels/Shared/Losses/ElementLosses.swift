/// A loss that is the mean, over a row, of a loss for each element.
private protocol ElementLoss {
  /// The loss of an output `x` for a target `t`, and its derivative by `x`.
  func evaluate(_ x: V, _ t: V) -> (loss: V, slope: V)
}

/// max(z, 0) - z t + ln(1 + e^-|z|), which never overflows.
private struct BinaryFromLogits: ElementLoss {
  @inline(__always)
  func evaluate(_ z: V, _ t: V) -> (loss: V, slope: V) {
    let decayed = exponential(splat(0) - magnitude(z))
    let linear = larger(z, splat(0)) - z * t
    return (linear + logarithmOfOnePlus(decayed), sigmoid(z, decayed) - t)
  }
}

/// -t ln p - (1 - t) ln(1 - p), p clipped.
private struct BinaryFromProbabilities: ElementLoss {
  @inline(__always)
  func evaluate(_ p: V, _ t: V) -> (loss: V, slope: V) {
    let q = clipProbability(p)
    let other = splat(1) - q
    let loss = t * logarithm(q) + (splat(1) - t) * logarithm(other)
    return (splat(0) - loss, slopeUnlessClipped(p, (q - t) / (q * other)))
  }
}

private struct SquaredError: ElementLoss {
  @inline(__always)
  func evaluate(_ p: V, _ t: V) -> (loss: V, slope: V) {
    let difference = p - t
    return (difference * difference, splat(2) * difference)
  }
}

private struct RowLoss<Loss: ElementLoss>: ElementLoop {
  let function: Loss
  let x, target: UnsafePointer<Float>
  let gradient: UnsafeMutablePointer<Float>?
  let factor: V
  var sum = V()

  @inline(__always)
  init(
    _ function: Loss, _ x: UnsafePointer<Float>, _ target: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>?, _ factor: Float
  ) {
    self.function = function
    self.x = x
    self.target = target
    self.gradient = gradient
    self.factor = splat(factor)
  }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) {
    let (loss, slope) = function.evaluate(lanes.load(x + i), lanes.load(target + i))
    sum += lanes.fill(loss, 0)
    if let gradient { lanes.store(slope * factor, gradient + i) }
  }
}

@inline(__always)
private func overRows(
  _ function: some ElementLoss, _ shared: LossRows, _ x: UnsafePointer<Float>, _ target: UnsafePointer<Float>,
  _ rows: Int
) {
  let count = Float(shared.columns)
  var r = 0
  while r < rows {
    let start = r &* shared.columns
    var gradient: UnsafeMutablePointer<Float>?
    if let all = shared.gradient { gradient = all + start }
    var loop = RowLoss(function, x + start, target + start, gradient, shared.factor(r) / count)
    loop.run(shared.columns)
    shared.loss[r] = horizontalSum(loop.sum) / count
    r &+= 1
  }
}

@inline(never)
func binaryCrossentropyLogits(
  _ z: UnsafePointer<Float>!, _ target: UnsafePointer<Float>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dz: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dz)
  overRows(BinaryFromLogits(), shared, z, target, rows)
}

@inline(never)
func binaryCrossentropy(
  _ p: UnsafePointer<Float>!, _ target: UnsafePointer<Float>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dp: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dp)
  overRows(BinaryFromProbabilities(), shared, p, target, rows)
}

@inline(never)
func meanSquaredError(
  _ p: UnsafePointer<Float>!, _ target: UnsafePointer<Float>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dp: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dp)
  overRows(SquaredError(), shared, p, target, rows)
}
