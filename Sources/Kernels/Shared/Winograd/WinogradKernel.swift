import CKernels

@inline(never)
func winogradKernel(
  _ k: UnsafePointer<UnsafePointer<Float>?>!, _ n: Int, _ u: UnsafeMutablePointer<Float>!, _ uStep: Int
) {
  var loop = KernelLoop(k: k, u: u, uStep: uStep)
  loop.run(n)
}

@inline(never)
func winogradKernelGradient(
  _ du: UnsafePointer<Float>!, _ uStep: Int, _ n: Int, _ dk: UnsafePointer<UnsafeMutablePointer<Float>?>!
) {
  var loop = KernelGradientLoop(du: du, uStep: uStep, dk: dk)
  loop.run(n)
}

private struct KernelLoop: ElementLoop {
  let k: UnsafePointer<UnsafePointer<Float>?>
  let u: UnsafeMutablePointer<Float>
  let uStep: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    transformTile(columns: kernelTransform, rows: kernelTransform) { row, column in
      k[row &* 3 &+ column].map { lanes.load($0 + i) } ?? splat(0)
    } write: { row, column, value in
      lanes.store(value, u + ((row &* 6 &+ column) &* uStep &+ i))
    }
  }
}

private struct KernelGradientLoop: ElementLoop {
  let du: UnsafePointer<Float>
  let uStep: Int
  let dk: UnsafePointer<UnsafeMutablePointer<Float>?>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    transformTile(columns: kernelAdjoint, rows: kernelAdjoint) { row, column in
      lanes.load(du + ((row &* 6 &+ column) &* uStep &+ i))
    } write: { row, column, value in
      guard let to = dk[row &* 3 &+ column] else { return }
      lanes.store(lanes.load(to + i) + value, to + i)
    }
  }
}
