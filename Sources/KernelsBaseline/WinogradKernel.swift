import CKernels

@inline(never)
func winogradKernel(_ k: UnsafePointer<Float>!, _ n: Int, _ step: Int, _ u: UnsafeMutablePointer<Float>!) {
  var loop = KernelLoop(k: k, u: u, length: step)
  loop.run(n)
}

@inline(never)
func winogradKernelGradient(_ du: UnsafePointer<Float>!, _ n: Int, _ step: Int, _ dk: UnsafeMutablePointer<Float>!) {
  var loop = KernelGradientLoop(du: du, dk: dk, length: step)
  loop.run(n)
}

private struct KernelLoop: ElementLoop {
  let k: UnsafePointer<Float>
  let u: UnsafeMutablePointer<Float>
  let length: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    var columns = InlineArray<3, Four>(repeating: Four(repeating: splat(0)))
    for column in 0..<3 {
      var values = Three(repeating: splat(0))
      for row in 0..<3 { values[row] = lanes.load(k + ((row &* 3 &+ column) &* length &+ i)) }
      columns[column] = kernelTransform(values)
    }
    for row in 0..<4 {
      let values = kernelTransform([columns[0][row], columns[1][row], columns[2][row]])
      for column in 0..<4 { lanes.store(values[column], u + ((row &* 4 &+ column) &* length &+ i)) }
    }
  }
}

private struct KernelGradientLoop: ElementLoop {
  let du: UnsafePointer<Float>
  let dk: UnsafeMutablePointer<Float>
  let length: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    var columns = InlineArray<4, Three>(repeating: Three(repeating: splat(0)))
    for column in 0..<4 {
      var values = Four(repeating: splat(0))
      for row in 0..<4 { values[row] = lanes.load(du + ((row &* 4 &+ column) &* length &+ i)) }
      columns[column] = kernelAdjoint(values)
    }
    for row in 0..<3 {
      let values = kernelAdjoint([columns[0][row], columns[1][row], columns[2][row], columns[3][row]])
      for column in 0..<3 {
        let to = dk + ((row &* 3 &+ column) &* length &+ i)
        lanes.store(lanes.load(to) + values[column], to)
      }
    }
  }
}
