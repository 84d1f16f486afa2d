import CKernels

@inline(never)
func winogradInput(_ w: UnsafePointer<KernelWinograd>!, _ x: UnsafePointer<Float>!, _ v: UnsafeMutablePointer<Float>!) {
  w.pointee.forEachTile(size: 6, InputWork(plane: w.pointee.plane, x: x, v: v))
}

@inline(never)
func winogradInputGradient(
  _ w: UnsafePointer<KernelWinograd>!, _ dv: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!
) {
  w.pointee.forEachTile(size: 6, InputGradientWork(plane: w.pointee.plane, dv: dv, dx: dx))
}

@inline(never)
func winogradOutput(
  _ w: UnsafePointer<KernelWinograd>!, _ m: UnsafePointer<Float>!, _ bias: UnsafePointer<Float>?, _ relu: Int32,
  _ y: UnsafeMutablePointer<Float>!
) {
  w.pointee.forEachTile(size: 4, OutputWork(plane: w.pointee.plane, m: m, bias: bias, relu: relu != 0, y: y))
}

@inline(never)
func winogradOutputGradient(
  _ w: UnsafePointer<KernelWinograd>!, _ dy: UnsafePointer<Float>!, _ dm: UnsafeMutablePointer<Float>!
) {
  w.pointee.forEachTile(size: 4, OutputGradientWork(plane: w.pointee.plane, dy: dy, dm: dm))
}

// MARK: - Input

private struct InputWork: TileWork {
  let plane: Int
  let x: UnsafePointer<Float>
  let v: UnsafeMutablePointer<Float>

  @inline(__always)
  func run(_ patch: some Patch, channels: Int, tile: Int) {
    var loop = Loop(patch: patch, plane: plane, x: x, v: v + tile)
    loop.runOverlapping(channels)
  }

  struct Loop<P: Patch>: ElementLoop {
    let patch: P
    let plane: Int
    let x: UnsafePointer<Float>
    let v: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      transformSquare(inputTransform) { row, column in
        patch.contains(row, column) ? lanes.load(x + patch.place(row, column, i)) : splat(0)
      } write: { row, column, value in
        lanes.store(value, v + ((row &* 6 &+ column) &* plane &+ i))
      }
    }
  }
}

private struct InputGradientWork: TileWork {
  let plane: Int
  let dv: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>

  @inline(__always)
  func run(_ patch: some Patch, channels: Int, tile: Int) {
    var loop = Loop(patch: patch, plane: plane, dv: dv + tile, dx: dx)
    loop.run(channels)
  }

  struct Loop<P: Patch>: ElementLoop {
    let patch: P
    let plane: Int
    let dv: UnsafePointer<Float>
    let dx: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      transformSquare(inputAdjoint) { row, column in
        lanes.load(dv + ((row &* 6 &+ column) &* plane &+ i))
      } write: { row, column, value in
        guard patch.contains(row, column) else { return }
        let to = dx + patch.place(row, column, i)
        lanes.store(lanes.load(to) + value, to)
      }
    }
  }
}

// MARK: - Output

private struct OutputWork: TileWork {
  let plane: Int
  let m: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let relu: Bool
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func run(_ patch: some Patch, channels: Int, tile: Int) {
    var loop = Loop(patch: patch, plane: plane, m: m + tile, bias: bias, relu: relu, y: y)
    loop.runOverlapping(channels)
  }

  struct Loop<P: Patch>: ElementLoop {
    let patch: P
    let plane: Int
    let m: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let relu: Bool
    let y: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      let start = bias.map { lanes.load($0 + i) } ?? splat(0)
      transformSquare(outputTransform) { row, column in
        lanes.load(m + ((row &* 6 &+ column) &* plane &+ i))
      } write: { row, column, value in
        guard patch.contains(row, column) else { return }
        let sum = value + start
        lanes.store(relu ? choose(sum .<= splat(0), splat(0), sum) : sum, y + patch.place(row, column, i))
      }
    }
  }
}

private struct OutputGradientWork: TileWork {
  let plane: Int
  let dy: UnsafePointer<Float>
  let dm: UnsafeMutablePointer<Float>

  @inline(__always)
  func run(_ patch: some Patch, channels: Int, tile: Int) {
    var loop = Loop(patch: patch, plane: plane, dy: dy, dm: dm + tile)
    loop.runOverlapping(channels)
  }

  struct Loop<P: Patch>: ElementLoop {
    let patch: P
    let plane: Int
    let dy: UnsafePointer<Float>
    let dm: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      transformSquare(outputAdjoint) { row, column in
        patch.contains(row, column) ? lanes.load(dy + patch.place(row, column, i)) : splat(0)
      } write: { row, column, value in
        lanes.store(value, dm + ((row &* 6 &+ column) &* plane &+ i))
      }
    }
  }
}
