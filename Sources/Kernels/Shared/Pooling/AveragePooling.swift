import CKernels

@inline(never)
func averagePool(_ p: UnsafePointer<KernelPool>!, _ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!) {
  AveragePool(pool: p.pointee, x: x, y: y).run()
}

@inline(never)
func averagePoolGradient(
  _ p: UnsafePointer<KernelPool>!, _ dy: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!
) {
  let pool = p.pointee
  if pool.tiles {
    AveragePoolGradient(pool: pool, dy: dy, dx: dx, adds: false).run()
    pool.zeroUncovered(dx)
  } else {
    pool.zeroAll(dx)
    AveragePoolGradient(pool: pool, dy: dy, dx: dx, adds: true).run()
  }
}

extension Window {
  @inline(__always)
  fileprivate var area: V { splat(Float(rows &* columns)) }
}

private struct AveragePool: WindowLoop {
  let pool: KernelPool
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes) {
    let first = x + (window.start &+ channel)
    var sum = V()
    var row = 0
    while row < window.rows {
      var column = 0
      while column < window.columns {
        sum += lanes.load(first + (row &* pool.width &+ column) &* pool.channels)
        column &+= 1
      }
      row &+= 1
    }
    lanes.store(sum / window.area, y + (window.output &+ channel))
  }
}

private struct AveragePoolGradient: WindowLoop {
  let pool: KernelPool
  let dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>
  /// Overlapping windows add to the existing gradient.
  let adds: Bool

  @inline(__always)
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes) {
    let share = lanes.load(dy + (window.output &+ channel)) / window.area
    let first = dx + (window.start &+ channel)
    var row = 0
    while row < window.rows {
      var column = 0
      while column < window.columns {
        let to = first + (row &* pool.width &+ column) &* pool.channels
        lanes.store(adds ? lanes.load(to) + share : share, to)
        column &+= 1
      }
      row &+= 1
    }
  }
}
