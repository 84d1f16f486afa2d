import CKernels

@inline(never)
func maxPool(
  _ p: UnsafePointer<KernelPool>!, _ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!,
  _ code: UnsafeMutablePointer<Int32>?, _ relu: Int32
) {
  MaxPool(pool: p.pointee, x: x, y: y, code: code, relu: relu != 0).run()
}

@inline(never)
func maxPoolGradient(
  _ p: UnsafePointer<KernelPool>!, _ dy: UnsafePointer<Float>!, _ code: UnsafePointer<Int32>!,
  _ dx: UnsafeMutablePointer<Float>!
) {
  let pool = p.pointee
  if pool.tiles {
    MaxPoolGradient(pool: pool, dy: dy, code: code, dx: dx, adds: false).run()
    pool.zeroUncovered(dx)
  } else {
    pool.zeroAll(dx)
    MaxPoolGradient(pool: pool, dy: dy, code: code, dx: dx, adds: true).run()
  }
}

private struct MaxPool: WindowLoop {
  let pool: KernelPool
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let code: UnsafeMutablePointer<Int32>?
  let relu: Bool

  @inline(__always)
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes) {
    var (best, place) = winner(window, channel, lanes)
    if relu {
      let isDead = best .<= splat(0)
      best = choose(isDead, splat(0), best)
      place.replace(with: SIMD16(repeating: -1), where: isDead)
    }
    lanes.store(best, y + (window.output &+ channel))
    if let code { lanes.store(place, code + (window.output &+ channel)) }
  }

  @inline(__always)
  private func winner(_ window: Window, _ channel: Int, _ lanes: some Lanes) -> (V, SIMD16<Int32>) {
    let first = x + (window.start &+ channel)
    var best = lanes.load(first)
    var bestPlace = SIMD16(repeating: Int32(truncatingIfNeeded: window.firstPlace))
    var row = 0
    while row < window.rows {
      var column = 0
      while column < window.columns {
        let value = lanes.load(first + (row &* pool.width &+ column) &* pool.channels)
        // The second comparison lets not-a-number win: it is never greater.
        let wins = (value .> best) .| (value .!= value)
        let place = window.firstPlace &+ row &* pool.pool_w &+ column
        best = choose(wins, value, best)
        bestPlace.replace(with: SIMD16(repeating: Int32(truncatingIfNeeded: place)), where: wins)
        column &+= 1
      }
      row &+= 1
    }
    return (best, bestPlace)
  }
}

private struct MaxPoolGradient: WindowLoop {
  let pool: KernelPool
  let dy: UnsafePointer<Float>
  let code: UnsafePointer<Int32>
  let dx: UnsafeMutablePointer<Float>
  /// Windows that overlap add to what is there.
  let adds: Bool

  @inline(__always)
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes) {
    let gradient = lanes.load(dy + (window.output &+ channel))
    let winner = lanes.load(code + (window.output &+ channel))
    let first = dx + (window.start &+ channel)
    var row = 0
    while row < window.rows {
      var column = 0
      while column < window.columns {
        let place = window.firstPlace &+ row &* pool.pool_w &+ column
        let isWinner = winner .== SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: place))
        let to = first + (row &* pool.width &+ column) &* pool.channels
        let share = choose(isWinner, gradient, splat(0))
        lanes.store(adds ? lanes.load(to) + share : share, to)
        column &+= 1
      }
      row &+= 1
    }
  }
}
