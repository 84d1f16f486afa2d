import CKernels

@inline(never)
func winogradInput(_ w: UnsafePointer<KernelWinograd>!, _ x: UnsafePointer<Float>!, _ v: UnsafeMutablePointer<Float>!) {
  let w = w.pointee
  for tile in 0..<w.tiles {
    var loop = InputTile(w: w, x: x + w.inputStart(tile), v: v + tile &* w.channels)
    loop.run(w.channels)
  }
}

@inline(never)
func winogradInputGradient(
  _ w: UnsafePointer<KernelWinograd>!, _ dv: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!
) {
  let w = w.pointee
  for tile in 0..<w.tiles {
    var loop = InputGradientTile(w: w, dv: dv + tile &* w.channels, dx: dx + w.inputStart(tile))
    loop.run(w.channels)
  }
}

@inline(never)
func winogradOutput(
  _ w: UnsafePointer<KernelWinograd>!, _ m: UnsafePointer<Float>!, _ bias: UnsafePointer<Float>?, _ relu: Int32,
  _ y: UnsafeMutablePointer<Float>!
) {
  let w = w.pointee
  for tile in 0..<w.tiles {
    var loop = OutputTile(
      w: w, m: m + tile &* w.channels, bias: bias, relu: relu != 0, y: y + w.inputStart(tile), rows: w.rowsInside(tile),
      columns: w.columnsInside(tile))
    loop.run(w.channels)
  }
}

@inline(never)
func winogradOutputGradient(
  _ w: UnsafePointer<KernelWinograd>!, _ dy: UnsafePointer<Float>!, _ dm: UnsafeMutablePointer<Float>!
) {
  let w = w.pointee
  for tile in 0..<w.tiles {
    var loop = OutputGradientTile(
      w: w, dy: dy + w.inputStart(tile), dm: dm + tile &* w.channels, rows: w.rowsInside(tile),
      columns: w.columnsInside(tile))
    loop.run(w.channels)
  }
}

extension KernelWinograd {
  @inline(__always)
  fileprivate var tiles: Int { tiles_y &* tiles_x }

  /// Elements of one of the 16 planes.
  @inline(__always)
  fileprivate var plane: Int { tiles &* channels }

  /// The first pixel of a tile, of 4 x 4 inputs as of 2 x 2 outputs.
  @inline(__always)
  fileprivate func inputStart(_ tile: Int) -> Int {
    tile / tiles_x &* 2 &* row &+ tile % tiles_x &* 2 &* channels
  }

  /// Rows and columns of a tile's outputs that the image has.
  @inline(__always)
  fileprivate func rowsInside(_ tile: Int) -> Int { min(2, height &- tile / tiles_x &* 2) }
  @inline(__always)
  fileprivate func columnsInside(_ tile: Int) -> Int { min(2, width &- tile % tiles_x &* 2) }
}

private struct InputTile: ElementLoop {
  let w: KernelWinograd
  let x: UnsafePointer<Float>
  let v: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    var columns = InlineArray<4, Four>(repeating: Four(repeating: splat(0)))
    for column in 0..<4 {
      var values = Four(repeating: splat(0))
      for row in 0..<4 { values[row] = lanes.load(x + (row &* w.row &+ column &* w.channels &+ i)) }
      columns[column] = inputTransform(values)
    }
    for row in 0..<4 {
      let values = inputTransform([columns[0][row], columns[1][row], columns[2][row], columns[3][row]])
      for column in 0..<4 { lanes.store(values[column], v + ((row &* 4 &+ column) &* w.plane &+ i)) }
    }
  }
}

private struct InputGradientTile: ElementLoop {
  let w: KernelWinograd
  let dv: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    var columns = InlineArray<4, Four>(repeating: Four(repeating: splat(0)))
    for column in 0..<4 {
      var values = Four(repeating: splat(0))
      for row in 0..<4 { values[row] = lanes.load(dv + ((row &* 4 &+ column) &* w.plane &+ i)) }
      columns[column] = inputAdjoint(values)
    }
    for row in 0..<4 {
      let values = inputAdjoint([columns[0][row], columns[1][row], columns[2][row], columns[3][row]])
      for column in 0..<4 {
        let to = dx + (row &* w.row &+ column &* w.channels &+ i)
        lanes.store(lanes.load(to) + values[column], to)
      }
    }
  }
}

private struct OutputTile: ElementLoop {
  let w: KernelWinograd
  let m: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let relu: Bool
  let y: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let start = bias.map { lanes.load($0 + i) } ?? splat(0)
    var halves = InlineArray<4, Two>(repeating: Two(repeating: splat(0)))
    for column in 0..<4 {
      var values = Four(repeating: splat(0))
      for row in 0..<4 { values[row] = lanes.load(m + ((row &* 4 &+ column) &* w.plane &+ i)) }
      halves[column] = outputTransform(values)
    }
    for row in 0..<2 where row < rows {
      let values = outputTransform([halves[0][row], halves[1][row], halves[2][row], halves[3][row]])
      for column in 0..<2 where column < columns {
        let value = values[column] + start
        let result = relu ? choose(value .<= splat(0), splat(0), value) : value
        lanes.store(result, y + (row &* w.row &+ column &* w.channels &+ i))
      }
    }
  }
}

private struct OutputGradientTile: ElementLoop {
  let w: KernelWinograd
  let dy: UnsafePointer<Float>
  let dm: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    var wide = InlineArray<2, Four>(repeating: Four(repeating: splat(0)))
    for column in 0..<2 where column < columns {
      var values = Two(repeating: splat(0))
      for row in 0..<2 where row < rows { values[row] = lanes.load(dy + (row &* w.row &+ column &* w.channels &+ i)) }
      wide[column] = outputAdjoint(values)
    }
    for row in 0..<4 {
      let values = outputAdjoint([wide[0][row], wide[1][row]])
      for column in 0..<4 { lanes.store(values[column], dm + ((row &* 4 &+ column) &* w.plane &+ i)) }
    }
  }
}
