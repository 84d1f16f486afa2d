import CKernels

@inline(never)
func winogradInput(_ w: UnsafePointer<KernelWinograd>!, _ x: UnsafePointer<Float>!, _ v: UnsafeMutablePointer<Float>!) {
  w.pointee.forEachTile(InputWork(plane: w.pointee.plane, x: x, v: v))
}

@inline(never)
func winogradInputGradient(
  _ w: UnsafePointer<KernelWinograd>!, _ dv: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!
) {
  w.pointee.forEachTile(InputGradientWork(plane: w.pointee.plane, dv: dv, dx: dx))
}

@inline(never)
func winogradOutput(
  _ w: UnsafePointer<KernelWinograd>!, _ m: UnsafePointer<Float>!, _ bias: UnsafePointer<Float>?, _ relu: Int32,
  _ y: UnsafeMutablePointer<Float>!
) {
  w.pointee.forEachTile(OutputWork(plane: w.pointee.plane, m: m, bias: bias, relu: relu != 0, y: y))
}

@inline(never)
func winogradOutputGradient(
  _ w: UnsafePointer<KernelWinograd>!, _ dy: UnsafePointer<Float>!, _ dm: UnsafeMutablePointer<Float>!
) {
  w.pointee.forEachTile(OutputGradientWork(plane: w.pointee.plane, dy: dy, dm: dm))
}

// MARK: - Input

private struct InputWork: TileWork {
  static var readsInputs: Bool { true }
  let plane: Int
  let x: UnsafePointer<Float>
  let v: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Rows: TileExtent, Columns: TileExtent>(
    _ patch: some Patch, _ rows: Rows.Type, _ columns: Columns.Type, channels: Int, tile: Int
  ) {
    var loop = Loop<_, Rows, Columns>(patch: patch, plane: plane, x: x, v: v + tile)
    loop.runOverlapping(channels)
  }

  struct Loop<P: Patch, Rows: TileExtent, Columns: TileExtent>: ElementLoop {
    let patch: P
    let plane: Int
    let x: UnsafePointer<Float>
    let v: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      transformTile(
        columns: { inputTransform(Rows.self, $0) }, rows: { inputTransform(Columns.self, $0) },
        read: { row, column in
          let isInside = row < Rows.inputs && column < Columns.inputs && patch.contains(row, column)
          return isInside ? lanes.load(x + patch.place(row, column, i)) : splat(0)
        },
        write: { row, column, value in
          guard Rows.uses(row) && Columns.uses(column) else { return }
          lanes.store(value, v + ((row &* 6 &+ column) &* plane &+ i))
        })
    }
  }
}

private struct InputGradientWork: TileWork {
  static var readsInputs: Bool { true }
  let plane: Int
  let dv: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Rows: TileExtent, Columns: TileExtent>(
    _ patch: some Patch, _ rows: Rows.Type, _ columns: Columns.Type, channels: Int, tile: Int
  ) {
    var loop = Loop<_, Rows, Columns>(patch: patch, plane: plane, dv: dv + tile, dx: dx)
    loop.run(channels)
  }

  struct Loop<P: Patch, Rows: TileExtent, Columns: TileExtent>: ElementLoop {
    let patch: P
    let plane: Int
    let dv: UnsafePointer<Float>
    let dx: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      transformTile(
        columns: { inputAdjoint(Rows.self, $0) }, rows: { inputAdjoint(Columns.self, $0) },
        read: { row, column in
          Rows.uses(row) && Columns.uses(column) ? lanes.load(dv + ((row &* 6 &+ column) &* plane &+ i)) : splat(0)
        },
        write: { row, column, value in
          guard row < Rows.inputs && column < Columns.inputs && patch.contains(row, column) else { return }
          let to = dx + patch.place(row, column, i)
          lanes.store(lanes.load(to) + value, to)
        })
    }
  }
}

// MARK: - Output

private struct OutputWork: TileWork {
  static var readsInputs: Bool { false }
  let plane: Int
  let m: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let relu: Bool
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Rows: TileExtent, Columns: TileExtent>(
    _ patch: some Patch, _ rows: Rows.Type, _ columns: Columns.Type, channels: Int, tile: Int
  ) {
    var loop = Loop<_, Rows, Columns>(patch: patch, plane: plane, m: m + tile, bias: bias, relu: relu, y: y)
    loop.runOverlapping(channels)
  }

  struct Loop<P: Patch, Rows: TileExtent, Columns: TileExtent>: ElementLoop {
    let patch: P
    let plane: Int
    let m: UnsafePointer<Float>
    let bias: UnsafePointer<Float>?
    let relu: Bool
    let y: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      let start = bias.map { lanes.load($0 + i) } ?? splat(0)
      transformTile(
        columns: { outputTransform(Rows.self, $0) }, rows: { outputTransform(Columns.self, $0) },
        read: { row, column in
          Rows.uses(row) && Columns.uses(column) ? lanes.load(m + ((row &* 6 &+ column) &* plane &+ i)) : splat(0)
        },
        write: { row, column, value in
          guard row < Rows.outputs && column < Columns.outputs && patch.contains(row, column) else { return }
          let sum = value + start
          lanes.store(relu ? choose(sum .<= splat(0), splat(0), sum) : sum, y + patch.place(row, column, i))
        })
    }
  }
}

private struct OutputGradientWork: TileWork {
  static var readsInputs: Bool { false }
  let plane: Int
  let dy: UnsafePointer<Float>
  let dm: UnsafeMutablePointer<Float>

  @inline(__always)
  func run<Rows: TileExtent, Columns: TileExtent>(
    _ patch: some Patch, _ rows: Rows.Type, _ columns: Columns.Type, channels: Int, tile: Int
  ) {
    var loop = Loop<_, Rows, Columns>(patch: patch, plane: plane, dy: dy, dm: dm + tile)
    loop.runOverlapping(channels)
  }

  struct Loop<P: Patch, Rows: TileExtent, Columns: TileExtent>: ElementLoop {
    let patch: P
    let plane: Int
    let dy: UnsafePointer<Float>
    let dm: UnsafeMutablePointer<Float>

    @inline(__always)
    func step(_ i: Int, _ lanes: some Lanes) {
      transformTile(
        columns: { outputAdjoint(Rows.self, $0) }, rows: { outputAdjoint(Columns.self, $0) },
        read: { row, column in
          let isInside = row < Rows.outputs && column < Columns.outputs && patch.contains(row, column)
          return isInside ? lanes.load(dy + patch.place(row, column, i)) : splat(0)
        },
        write: { row, column, value in
          guard Rows.uses(row) && Columns.uses(column) else { return }
          lanes.store(value, dm + ((row &* 6 &+ column) &* plane &+ i))
        })
    }
  }
}
