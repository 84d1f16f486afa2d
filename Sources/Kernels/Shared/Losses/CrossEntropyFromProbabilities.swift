@inline(never)
func sparseCrossentropy(
  _ p: UnsafePointer<Float>!, _ target: UnsafePointer<Int32>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dp: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dp)
  var r = 0
  while r < rows {
    sparseRow(shared, r, p + r &* columns, Int(target[r]))
    r &+= 1
  }
}

/// -ln(q / Σ q) of the target, with q = clip(p); so dL/dq = 1/Σ q, less 1/q at the target.
@inline(__always)
private func sparseRow(_ shared: LossRows, _ r: Int, _ p: UnsafePointer<Float>, _ target: Int) {
  var total = ClippedSum(p: p)
  total.run(shared.columns)
  let sum = horizontalSum(total.sum)
  let right = p[target]
  shared.loss[r] = logarithm(sum) - logarithm(clipProbability(splat(right)).lowHalf.lowHalf.x)
  guard let dp = shared.gradient else { return }
  let (row, share) = (dp + r &* shared.columns, shared.factor(r) / sum)
  var loop = SparseGradient(p: p, dp: row, share: splat(share))
  loop.run(shared.columns)
  row[target] = slopeUnlessClipped(splat(right), splat(share - shared.factor(r) / right)).lowHalf.lowHalf.x
}

private struct ClippedSum: ElementLoop {
  let p: UnsafePointer<Float>
  var sum = V()

  @inline(__always)
  init(p: UnsafePointer<Float>) { self.p = p }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) { sum += lanes.fill(clipProbability(lanes.load(p + i)), 0) }
}

/// The gradient of the elements that are not the target.
private struct SparseGradient: ElementLoop {
  let p: UnsafePointer<Float>
  let dp: UnsafeMutablePointer<Float>
  let share: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) { lanes.store(slopeUnlessClipped(lanes.load(p + i), share), dp + i) }
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
