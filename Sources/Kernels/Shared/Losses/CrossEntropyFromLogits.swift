@inline(never)
func sparseCrossentropyLogits(
  _ z: UnsafePointer<Float>!, _ target: UnsafePointer<Int32>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dz: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dz)
  var r = 0
  while r < rows {
    sparseRow(shared, r, z + r &* columns, target[r])
    r &+= 1
  }
}

@inline(__always)
private func sparseRow(_ shared: LossRows, _ r: Int, _ z: UnsafePointer<Float>, _ target: Int32) {
  let row = RowExponentials(z, shared.columns)
  shared.loss[r] = logarithm(row.sum) - (z[Int(target)] - row.maximum)
  guard let dz = shared.gradient else { return }
  var loop = SparseGradient(
    row: row, z: z, dz: dz + r &* shared.columns, target: SIMD16(repeating: target), factor: splat(shared.factor(r)))
  loop.run(shared.columns)
}

private struct SparseGradient: ElementLoop {
  let row: RowExponentials
  let z: UnsafePointer<Float>
  let dz: UnsafeMutablePointer<Float>
  let target: SIMD16<Int32>
  let factor: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let p = row.probabilities(lanes.load(z + i))
    let isTarget = (laneNumbers() &+ SIMD16(repeating: Int32(truncatingIfNeeded: i))) .== target
    lanes.store(choose(isTarget, p - splat(1), p) * factor, dz + i)
  }
}

@inline(never)
func crossentropyLogits(
  _ z: UnsafePointer<Float>!, _ target: UnsafePointer<Float>!, _ weight: UnsafePointer<Float>?, _ scale: Float,
  _ loss: UnsafeMutablePointer<Float>!, _ dz: UnsafeMutablePointer<Float>?, _ rows: Int, _ columns: Int
) {
  let shared = LossRows(columns: columns, weight: weight, scale: scale, loss: loss, gradient: dz)
  var r = 0
  while r < rows {
    denseRow(shared, r, z + r &* columns, target + r &* columns)
    r &+= 1
  }
}

@inline(__always)
private func denseRow(_ shared: LossRows, _ r: Int, _ z: UnsafePointer<Float>, _ target: UnsafePointer<Float>) {
  let row = RowExponentials(z, shared.columns)
  var sums = TargetSums(z: z, target: target, maximum: splat(row.maximum), logarithm: splat(logarithm(row.sum)))
  sums.run(shared.columns)
  shared.loss[r] = horizontalSum(sums.loss)
  guard let dz = shared.gradient else { return }
  var loop = DenseGradient(
    row: row, z: z, target: target, dz: dz + r &* shared.columns, targetSum: splat(horizontalSum(sums.target)),
    factor: splat(shared.factor(r)))
  loop.run(shared.columns)
}

/// Σ t (logsumexp - z) and Σ t
private struct TargetSums: ElementLoop {
  let z, targets: UnsafePointer<Float>
  let maximum, logarithm: V
  var loss = V()
  var target = V()

  @inline(__always)
  init(z: UnsafePointer<Float>, target: UnsafePointer<Float>, maximum: V, logarithm: V) {
    self.z = z
    self.targets = target
    self.maximum = maximum
    self.logarithm = logarithm
  }

  @inline(__always)
  mutating func step(_ i: Int, _ lanes: some Lanes) {
    let t = lanes.load(targets + i)
    loss = fma(loss, t, logarithm - (lanes.load(z + i) - maximum))
    target += t
  }
}

private struct DenseGradient: ElementLoop {
  let row: RowExponentials
  let z, target: UnsafePointer<Float>
  let dz: UnsafeMutablePointer<Float>
  let targetSum, factor: V

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let difference = row.probabilities(lanes.load(z + i)) * targetSum - lanes.load(target + i)
    lanes.store(difference * factor, dz + i)
  }
}
