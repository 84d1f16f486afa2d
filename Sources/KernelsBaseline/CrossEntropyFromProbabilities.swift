@inline(never)
func sparseCrossentropy(
  _ p: UnsafePointer<Float>!, _ target: UnsafePointer<Int32>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dp: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dp)
  var r = 0
  while r < rows {
    sparseRow(shared, r, (p + r &* columns)[Int(target[r])], Int(target[r]))
    r &+= 1
  }
}

/// -ln p of the target; every other element of the gradient is 0.
@inline(__always)
private func sparseRow(_ shared: LossRows, _ r: Int, _ p: Float, _ target: Int) {
  shared.loss[r] = -logarithm(clipProbability(splat(p)).lowHalf.lowHalf.x)
  guard let dp = shared.gradient else { return }
  let row = dp + r &* shared.columns
  var i = 0
  while i < shared.columns {
    row[i] = 0
    i &+= 1
  }
  row[target] = slopeUnlessClipped(splat(p), splat(-shared.factor(r) / p)).lowHalf.lowHalf.x
}

@inline(never)
func crossentropy(
  _ p: UnsafePointer<Float>!, _ target: UnsafePointer<Float>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dp: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dp)
  var r = 0
  while r < rows {
    denseRow(shared, r, p + r &* columns, target + r &* columns)
    r &+= 1
  }
}

@inline(__always)
private func denseRow(_ shared: LossRows, _ r: Int, _ p: UnsafePointer<Float>, _ target: UnsafePointer<Float>) {
  var total = RowSum(p: p)
  total.run(shared.columns)
  let sum = splat(horizontalSum(total.sum))
  var losses = DenseLoss(p: p, target: target, rowSum: sum)
  losses.run(shared.columns)
  shared.loss[r] = horizontalSum(losses.loss)
  guard let dp = shared.gradient else { return }
  var loop = DenseGradient(
    p: p, target: target, dp: dp + r &* shared.columns, rowSum: sum,
    unclippedTargets: splat(horizontalSum(losses.unclippedTargets)), factor: splat(shared.factor(r)))
  loop.run(shared.columns)
}

private struct RowSum: ElementLoop {
  let p: UnsafePointer<Float>
  var sum = V()

  @inline(__always)
  init(p: UnsafePointer<Float>) { self.p = p }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) { sum += lanes.load(p + i) }
}

/// -Σ t ln(clip(q)) with q = p / Σ p, and the part of Σ t whose q is not clipped.
private struct DenseLoss: ElementLoop {
  let p, target: UnsafePointer<Float>
  let rowSum: V
  var loss = V()
  var unclippedTargets = V()

  @inline(__always)
  init(p: UnsafePointer<Float>, target: UnsafePointer<Float>, rowSum: V) {
    self.p = p
    self.target = target
    self.rowSum = rowSum
  }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) {
    let t = lanes.load(target + i)
    let q = lanes.load(p + i) / rowSum
    loss = fma(loss, t, splat(0) - logarithm(clipProbability(q)))
    unclippedTargets += slopeUnlessClipped(q, t)
  }
}

/// dL/dq = -t/q where q is not clipped, so dL/dp = (dL/dq - Σ q dL/dq) / Σ p = (dL/dq + Σ unclipped t) / Σ p.
private struct DenseGradient: ElementLoop {
  let p, target: UnsafePointer<Float>
  let dp: UnsafeMutablePointer<Float>
  let rowSum, unclippedTargets, factor: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let q = lanes.load(p + i) / rowSum
    let slope = slopeUnlessClipped(q, lanes.load(target + i) / q)
    lanes.store((unclippedTargets - slope) / rowSum * factor, dp + i)
  }
}
