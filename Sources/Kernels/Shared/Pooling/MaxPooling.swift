import CKernels

@inline(never)
func maxPool(
  _ p: UnsafePointer<KernelPool>!, _ x: UnsafePointer<Float>!, _ y: UnsafeMutablePointer<Float>!,
  _ code: UnsafeMutableRawPointer?, _ relu: Int32
) {
  let pool = p.pointee
  if pool.isPairs {
    maxPoolPairs(pool, x, y, code, relu)
  } else if pool.hasByteCodes {
    MaxPool(pool: pool, x: x, y: y, codes: code.map(ByteCodes.init), relu: relu != 0).run()
  } else {
    MaxPool(pool: pool, x: x, y: y, codes: code.map(WordCodes.init), relu: relu != 0).run()
  }
}

@inline(never)
func maxPoolGradient(
  _ p: UnsafePointer<KernelPool>!, _ scale: Float, _ dy: UnsafePointer<Float>!, _ code: UnsafeRawPointer!,
  _ dx: UnsafeMutablePointer<Float>!, _ sums: UnsafeMutablePointer<Float>?
) {
  let pool = p.pointee
  let memory = UnsafeMutableRawPointer(mutating: code.unsafelyUnwrapped)
  if pool.isPairs {
    maxPoolPairsGradient(pool, scale, dy, ByteCodes(memory), dx, sums)
  } else if pool.hasByteCodes {
    runGradient(pool, scale, dy, ByteCodes(memory), dx, sums)
  } else {
    runGradient(pool, scale, dy, WordCodes(memory), dx, sums)
  }
}

@inline(__always)
private func runGradient(
  _ pool: KernelPool, _ scale: Float, _ dy: UnsafePointer<Float>, _ codes: some PoolingCodes,
  _ dx: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>?
) {
  if pool.tiles {
    MaxPoolGradient(pool: pool, scale: splat(scale), dy: dy, codes: codes, dx: dx, sums: sums, adds: false).run()
    pool.zeroUncovered(dx)
  } else {
    pool.zeroAll(dx)
    MaxPoolGradient(pool: pool, scale: splat(scale), dy: dy, codes: codes, dx: dx, sums: sums, adds: true).run()
  }
}

private struct MaxPool<Codes: PoolingCodes>: WindowLoop {
  let pool: KernelPool
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let codes: Codes?
  let relu: Bool

  @inline(__always)
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes) {
    var (best, place) = argmax(window, channel, lanes)
    let output = window.output &+ channel
    if relu {
      let isDead = best .<= splat(0)
      best = choose(isDead, splat(0), best)
      place.replace(with: Codes.dead, where: isDead)
    }
    lanes.store(best, y + output)
    if let codes { codes.store(place, output, lanes) }
  }

  /// Finds the argmax position of each row, then that of the rows. So the rows do not wait for one another.
  @inline(__always)
  private func argmax(_ window: Window, _ channel: Int, _ lanes: some Lanes) -> (V, SIMD16<Int32>) {
    var first = x + (window.start &+ channel)
    var best = V()
    var bestPlace = SIMD16<Int32>()
    var row = 0
    while row < window.rows {
      let firstPlace = window.firstPlace &+ row &* pool.pool_w
      var rowBest = lanes.load(first)
      var rowPlace = places(firstPlace)
      var column = 1
      while column < window.columns {
        let value = lanes.load(first + column &* pool.channels)
        let wins = beats(value, rowBest)
        rowBest = choose(wins, value, rowBest)
        rowPlace.replace(with: places(firstPlace &+ column), where: wins)
        column &+= 1
      }
      if row == 0 {
        (best, bestPlace) = (rowBest, rowPlace)
      } else {
        let wins = beats(rowBest, best)
        best = choose(wins, rowBest, best)
        bestPlace.replace(with: rowPlace, where: wins)
      }
      first += pool.width &* pool.channels
      row &+= 1
    }
    return (best, bestPlace)
  }

  @inline(__always)
  private func places(_ place: Int) -> SIMD16<Int32> { SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: place)) }
}

private struct MaxPoolGradient<Codes: PoolingCodes>: WindowLoop {
  let pool: KernelPool
  let scale: V
  let dy: UnsafePointer<Float>
  let codes: Codes
  let dx: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>?
  /// Overlapping windows add to the existing gradient.
  let adds: Bool

  @inline(__always)
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes) {
    let gradient = lanes.load(dy + (window.output &+ channel)) * scale
    let argmax = codes.load(window.output &+ channel, lanes)
    if let sums {
      let passed = choose(argmax .== Codes.dead, splat(0), gradient)
      lanes.store(lanes.load(sums + channel) + passed, sums + channel)
    }
    let first = dx + (window.start &+ channel)
    var row = 0
    while row < window.rows {
      var column = 0
      while column < window.columns {
        let place = window.firstPlace &+ row &* pool.pool_w &+ column
        let isArgmax = argmax .== SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: place))
        let to = first + (row &* pool.width &+ column) &* pool.channels
        let share = choose(isArgmax, gradient, splat(0))
        lanes.store(adds ? lanes.load(to) + share : share, to)
        column &+= 1
      }
      row &+= 1
    }
  }
}

/// NaN is greater than all other values.
@inline(__always)
func beats(_ second: V, _ first: V) -> SIMDMask<SIMD16<Int32>> { (second .> first) .| (second .!= second) }
