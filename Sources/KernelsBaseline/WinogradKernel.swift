import CKernels

@inline(never)
func winogradKernel(_ k: UnsafePointer<Float>!, _ kStep: Int, _ n: Int, _ u: UnsafeMutablePointer<Float>!, _ uStep: Int) {
  var loop = KernelLoop(k: k, kStep: kStep, u: u, uStep: uStep)
  loop.run(n)
}

@inline(never)
func winogradKernelGradient(
  _ du: UnsafePointer<Float>!, _ uStep: Int, _ n: Int, _ dk: UnsafeMutablePointer<Float>!, _ kStep: Int
) {
  var loop = KernelGradientLoop(du: du, uStep: uStep, dk: dk, kStep: kStep)
  loop.run(n)
}

private struct KernelLoop: ElementLoop {
  let k: UnsafePointer<Float>
  let kStep: Int
  let u: UnsafeMutablePointer<Float>
  let uStep: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    transformSquare(kernelTransform) { row, column in
      lanes.load(k + ((row &* 3 &+ column) &* kStep &+ i))
    } write: { row, column, value in
      lanes.store(value, u + ((row &* 6 &+ column) &* uStep &+ i))
    }
  }
}

private struct KernelGradientLoop: ElementLoop {
  let du: UnsafePointer<Float>
  let uStep: Int
  let dk: UnsafeMutablePointer<Float>
  let kStep: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    transformSquare(kernelAdjoint) { row, column in
      lanes.load(du + ((row &* 6 &+ column) &* uStep &+ i))
    } write: { row, column, value in
      let to = dk + ((row &* 3 &+ column) &* kStep &+ i)
      lanes.store(lanes.load(to) + value, to)
    }
  }
}
