import CKernels

// Max pooling with the usual window, 2 x 2 with stride 2. It gives the same results as the general loop, several times as fast.

extension KernelPool {
  /// Whether every window is a whole 2 x 2 with stride 2.
  @inline(__always)
  var isPairs: Bool {
    let isUsual = pool_h == 2 && pool_w == 2 && stride_h == 2 && stride_w == 2
    return isUsual && pad_top == 0 && pad_left == 0 && 2 &* out_height <= height && 2 &* out_width <= width
  }
}

/// One pass over 2 x 2 windows, sixteen channels at a time.
private protocol PairLoop {
  var pool: KernelPool { get }
  /// Handles the window whose first element is `corner`, and whose output is `output`.
  func step(_ corner: Int, _ output: Int, _ channel: Int, _ lanes: some Lanes)
}

extension PairLoop {
  @inline(__always)
  fileprivate func run() {
    let channels = pool.channels
    var y = 0
    while y < pool.out_height {
      var corner = 2 &* y &* pool.width &* channels
      var output = y &* pool.out_width &* channels
      let end = output &+ pool.out_width &* channels
      while output < end {
        overChannels(corner, output)
        corner &+= 2 &* channels
        output &+= channels
      }
      y &+= 1
    }
  }

  @inline(__always)
  private func overChannels(_ corner: Int, _ output: Int) {
    let channels = pool.channels
    var channel = 0
    while channel &+ 16 <= channels {
      step(corner &+ channel, output &+ channel, channel, AllLanes())
      channel &+= 16
    }
    if channel == channels { return }
    if channels < 16 { return step(corner, output, 0, FirstLanes(channels)) }
    let last = channels &- 16
    step(corner &+ last, output &+ last, last, LastLanes(from: channel &- last))
  }
}

@inline(__always)
func maxPoolPairs(
  _ pool: KernelPool, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ code: UnsafeMutableRawPointer?,
  _ relu: Int32
) {
  // No value is less than or equal to NaN, so without relu no value becomes 0.
  let floor = splat(relu != 0 ? 0 : .nan)
  MaxPairs(pool: pool, row: pool.width &* pool.channels, x: x, y: y, codes: code.map(ByteCodes.init), floor: floor).run()
}

@inline(__always)
func maxPoolPairsGradient(
  _ pool: KernelPool, _ scale: Float, _ dy: UnsafePointer<Float>, _ codes: ByteCodes, _ dx: UnsafeMutablePointer<Float>,
  _ sums: UnsafeMutablePointer<Float>?
) {
  MaxPairsGradient(
    pool: pool, row: pool.width &* pool.channels, scale: splat(scale), dy: dy, codes: codes, dx: dx, sums: sums
  ).run()
  pool.zeroUncovered(dx)
}

private struct MaxPairs: PairLoop {
  let pool: KernelPool
  let row: Int
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let codes: ByteCodes?
  /// Values less than or equal to this one become 0.
  let floor: V

  @inline(__always)
  func step(_ corner: Int, _ output: Int, _ channel: Int, _ lanes: some Lanes) {
    let top = x + corner
    let bottom = top + row
    // Two comparisons and a final one. The first of equal values is selected, as in three comparisons in a row.
    let (a, b) = (lanes.load(top), lanes.load(top + pool.channels))
    let (c, d) = (lanes.load(bottom), lanes.load(bottom + pool.channels))
    let bWins = beats(b, a)
    let dWins = beats(d, c)
    let (upper, lower) = (choose(bWins, b, a), choose(dWins, d, c))
    let lowerWins = beats(lower, upper)
    let best = choose(lowerWins, lower, upper)
    let isDead = best .<= floor
    lanes.store(choose(isDead, splat(0), best), y + output)
    guard let codes else { return }
    let upperPlace = place(0).replacing(with: place(1), where: bWins)
    let lowerPlace = place(2).replacing(with: place(3), where: dWins)
    let argmax = upperPlace.replacing(with: lowerPlace, where: lowerWins)
    codes.store(argmax.replacing(with: ByteCodes.dead, where: isDead), output, lanes)
  }
}

@inline(__always)
private func place(_ number: Int32) -> SIMD16<Int32> { SIMD16<Int32>(repeating: number) }

private struct MaxPairsGradient: PairLoop {
  let pool: KernelPool
  let row: Int
  let scale: V
  let dy: UnsafePointer<Float>
  let codes: ByteCodes
  let dx: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>?

  @inline(__always)
  func step(_ corner: Int, _ output: Int, _ channel: Int, _ lanes: some Lanes) {
    let gradient = lanes.load(dy + output) * scale
    let argmax = codes.load(output, lanes)
    let top = dx + corner
    let bottom = top + row
    lanes.store(share(gradient, argmax, 0), top)
    lanes.store(share(gradient, argmax, 1), top + pool.channels)
    lanes.store(share(gradient, argmax, 2), bottom)
    lanes.store(share(gradient, argmax, 3), bottom + pool.channels)
    guard let sums else { return }
    let passed = choose(argmax .== ByteCodes.dead, splat(0), gradient)
    lanes.store(lanes.load(sums + channel) + lanes.fill(passed, 0), sums + channel)
  }

  @inline(__always)
  private func share(_ gradient: V, _ argmax: SIMD16<Int32>, _ place: Int32) -> V {
    choose(argmax .== SIMD16<Int32>(repeating: place), gradient, splat(0))
  }
}
