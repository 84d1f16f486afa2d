/// Sixteen blocks of Philox4x32-10 side by side (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
/// The products need 64 bits, so even and odd blocks are separate until word w of all sixteen becomes one vector.
struct PhiloxBlocks {
  private let even, odd: PhiloxHalf

  /// The blocks of counters {first + lane, item, layer, step}; `evens` holds the first words of the even lanes.
  @inline(__always)
  init(_ stream: PhiloxStream, evens: SIMD8<UInt64>) {
    even = PhiloxHalf(stream, evens)
    odd = PhiloxHalf(stream, evens &+ SIMD8(repeating: 1))
  }

  /// The even lanes of the first sixteen blocks. Each further sixteen blocks have counters that are 16 higher.
  @inline(__always)
  static var firstEvens: SIMD8<UInt64> { SIMD8(0, 2, 4, 6, 8, 10, 12, 14) }

  /// Word w of every block in place w.
  @inline(__always)
  var words: InlineArray<4, SIMD16<UInt32>> {
    [merge(even.a, odd.a), merge(even.b, odd.b), merge(even.c, odd.c), merge(even.d, odd.d)]
  }

  @inline(__always)
  private func merge(_ even: SIMD8<UInt64>, _ odd: SIMD8<UInt64>) -> SIMD16<UInt32> {
    let low = even & SIMD8(repeating: 0xffff_ffff)
    return unsafeBitCast(low | (odd &<< SIMD8(repeating: 32)), to: SIMD16<UInt32>.self)
  }
}

/// The values that are the same in all blocks.
struct PhiloxStream {
  let key0, key1, item, layer, step: UInt32
}

/// Eight blocks, with each word in the low half of a lane. The high halves contain leftovers.
private struct PhiloxHalf {
  var a, b, c, d: SIMD8<UInt64>

  @inline(__always)
  init(_ stream: PhiloxStream, _ block: SIMD8<UInt64>) {
    a = block
    b = spread(stream.item)
    c = spread(stream.layer)
    d = spread(stream.step)
    // Ten calls instead of a loop, so that the keys are computed once for all blocks.
    mix(stream, 0)
    mix(stream, 1)
    mix(stream, 2)
    mix(stream, 3)
    mix(stream, 4)
    mix(stream, 5)
    mix(stream, 6)
    mix(stream, 7)
    mix(stream, 8)
    mix(stream, 9)
  }

  @inline(__always)
  private mutating func mix(_ stream: PhiloxStream, _ round: UInt32) {
    let low = SIMD8<UInt64>(repeating: 0xffff_ffff)
    let shift = SIMD8<UInt64>(repeating: 32)
    // Masked only here, so that the compiler uses the fast product of 32-bit halves.
    let first = (a & low) &* SIMD8(repeating: 0xD251_1F53)
    let second = (c & low) &* SIMD8(repeating: 0xCD9E_8D57)
    a = (second &>> shift) ^ b ^ spread(stream.key0 &+ round &* 0x9E37_79B9)
    c = (first &>> shift) ^ d ^ spread(stream.key1 &+ round &* 0xBB67_AE85)
    b = second
    d = first
  }
}

@inline(__always)
private func spread(_ word: UInt32) -> SIMD8<UInt64> {
  unsafeBitCast(SIMD16(repeating: word), to: SIMD8<UInt64>.self)
}
