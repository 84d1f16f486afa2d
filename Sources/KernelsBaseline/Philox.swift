/// Sixteen blocks of Philox4x32-10 side by side (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
/// Word w of the sixteen blocks is one vector; the products need 64 bits, so even and odd blocks are kept apart.
struct PhiloxBlocks {
  private let even, odd: PhiloxHalf

  /// The blocks of counters {first + lane, item, layer, step}.
  @inline(__always)
  init(_ stream: PhiloxStream, first: UInt32) {
    let block = SIMD8<UInt64>(0, 2, 4, 6, 8, 10, 12, 14) &+ SIMD8(repeating: UInt64(first))
    even = PhiloxHalf(stream, block)
    odd = PhiloxHalf(stream, block &+ SIMD8(repeating: 1))
  }

  @inline(__always)
  func word0() -> SIMD16<UInt32> { merge(even.a, odd.a) }

  @inline(__always)
  func word1() -> SIMD16<UInt32> { merge(even.b, odd.b) }

  @inline(__always)
  func word2() -> SIMD16<UInt32> { merge(even.c, odd.c) }

  @inline(__always)
  func word3() -> SIMD16<UInt32> { merge(even.d, odd.d) }

  @inline(__always)
  private func merge(_ even: SIMD8<UInt64>, _ odd: SIMD8<UInt64>) -> SIMD16<UInt32> {
    let low = even & SIMD8(repeating: 0xffff_ffff)
    return unsafeBitCast(low | (odd &<< SIMD8(repeating: 32)), to: SIMD16<UInt32>.self)
  }
}

/// What is the same in all blocks.
struct PhiloxStream {
  let key0, key1, item, layer, step: UInt32
}

/// Eight blocks, each word in the low half of a lane; the high halves hold leftovers.
private struct PhiloxHalf {
  var a, b, c, d: SIMD8<UInt64>

  @inline(__always)
  init(_ stream: PhiloxStream, _ block: SIMD8<UInt64>) {
    a = block
    b = SIMD8(repeating: UInt64(stream.item))
    c = SIMD8(repeating: UInt64(stream.layer))
    d = SIMD8(repeating: UInt64(stream.step))
    var (key0, key1) = (stream.key0, stream.key1)
    var round = 0
    while round < 10 {
      mix(SIMD8(repeating: UInt64(key0)), SIMD8(repeating: UInt64(key1)))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
      round &+= 1
    }
  }

  @inline(__always)
  private mutating func mix(_ key0: SIMD8<UInt64>, _ key1: SIMD8<UInt64>) {
    let low = SIMD8<UInt64>(repeating: 0xffff_ffff)
    let shift = SIMD8<UInt64>(repeating: 32)
    let first = (a & low) &* SIMD8(repeating: 0xD251_1F53)
    let second = (c & low) &* SIMD8(repeating: 0xCD9E_8D57)
    a = (second &>> shift) ^ b ^ key0
    c = (first &>> shift) ^ d ^ key1
    b = second
    d = first
  }
}
