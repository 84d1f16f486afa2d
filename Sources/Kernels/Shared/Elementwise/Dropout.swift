import CKernels

@inline(never)
func dropout(
  _ stream: UnsafePointer<KernelStream>!, _ threshold: UInt32, _ scale: Float, _ x: UnsafePointer<Float>!,
  _ y: UnsafeMutablePointer<Float>!, _ code: UnsafeMutablePointer<UInt8>!, _ joins: Int32, _ n: Int
) {
  let s = stream.pointee
  let philox = PhiloxStream(key0: s.key0, key1: s.key1, item: s.item, layer: s.layer, step: s.step)
  let loop = Dropout(
    threshold: SIMD16(repeating: threshold), scale: splat(scale), x: x, y: y, codes: ByteCodes(code), joins: joins != 0)
  var counters = PhiloxBlocks.firstEvens
  var i = 0
  while i &+ 64 <= n {
    let words = PhiloxBlocks(philox, evens: counters).words
    for w in 0..<4 { loop.step(i &+ 16 &* w, words[w], AllLanes()) }
    counters &+= SIMD8(repeating: 16)
    i &+= 64
  }
  if i < n { lastElements(loop, i, PhiloxBlocks(philox, evens: counters).words, n) }
}

/// The last elements, fewer than 64.
@inline(never)
private func lastElements(_ loop: Dropout, _ start: Int, _ words: InlineArray<4, SIMD16<UInt32>>, _ n: Int) {
  var i = start
  var w = 0
  while i &+ 16 <= n {
    loop.step(i, words[w], AllLanes())
    i &+= 16
    w &+= 1
  }
  if i < n { loop.step(i, words[w], FirstLanes(n &- i)) }
}

@inline(never)
func dropoutGradient(
  _ code: UnsafePointer<UInt8>!, _ scale: Float, _ dy: UnsafePointer<Float>!, _ dx: UnsafeMutablePointer<Float>!,
  _ n: Int
) {
  var loop = DropoutGradient(
    codes: ByteCodes(UnsafeMutablePointer(mutating: code.unsafelyUnwrapped)), scale: splat(scale), dy: dy, dx: dx)
  loop.run(n)
}

private struct Dropout {
  let threshold: SIMD16<UInt32>
  let scale: V
  let x: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let codes: ByteCodes
  /// Whether `codes` already contains the argmax positions of a pooling.
  let joins: Bool

  @inline(__always)
  func step(_ i: Int, _ word: SIMD16<UInt32>, _ lanes: some Lanes) {
    let keep = unsafeBitCast(word .>= threshold, to: SIMDMask<SIMD16<Int32>>.self)
    lanes.store(choose(keep, lanes.load(x + i) * scale, splat(0)), y + i)
    let kept = joins ? codes.load(i, lanes) : SIMD16<Int32>()
    codes.store(ByteCodes.dead.replacing(with: kept, where: keep), i, lanes)
  }
}

private struct DropoutGradient: ElementLoop {
  let codes: ByteCodes
  let scale: V
  let dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>

  @inline(__always)
  func step(_ i: Int, _ lanes: some Lanes) {
    let isDead = codes.load(i, lanes) .== ByteCodes.dead
    lanes.store(choose(isDead, splat(0), lanes.load(dy + i) * scale), dx + i)
  }
}
