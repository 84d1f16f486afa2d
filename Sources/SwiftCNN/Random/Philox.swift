/// The engine's random numbers: Philox4x32-10, a function of a key and a counter, without a state.
///
/// Reference: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// Dropout uses the same function, many counters at a time, in the kernels.
struct Philox {
  private let key: SIMD2<UInt32>

  init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var x = counter
    var k = key
    for _ in 0..<10 {
      let a = UInt64(x.x) * 0xD251_1F53
      let b = UInt64(x.z) * 0xCD9E_8D57
      x = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ x.y ^ k.x, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ x.w ^ k.y, UInt32(truncatingIfNeeded: a))
      k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return x
  }
}

/// The purpose of a stream of random numbers. Each purpose has its own counters, so that no two streams share a number.
enum RandomPurpose {
  /// The random numbers of one layer in training. The counter also contains the image and the training step.
  static func layer(_ index: Int) -> UInt32 { UInt32(index) }
  static func weight(_ index: Int) -> UInt32 { 0x8000_0000 | UInt32(index) }
  static let shuffle: UInt32 = 0x7fff_ffff
}

extension Philox {
  /// A random order of 0..<count. Each epoch has another order (Fisher and Yates's shuffle).
  func permutation(_ count: Int, epoch: Int) throws(SwiftCNNError) -> Buffer<Int> {
    let buffer = try Buffer<Int>(count, for: "the order of \(count) samples")
    let order = buffer.values
    for i in order.indices { order[i] = i }
    try Interruption.forEachPiece(of: max(0, count - 1), cost: 1) { range in
      for i in range.lazy.map({ count - 1 - $0 }) {
        let word = block([
          UInt32(truncatingIfNeeded: i), UInt32(truncatingIfNeeded: i >> 32), RandomPurpose.shuffle,
          UInt32(truncatingIfNeeded: epoch),
        ])
        let random = UInt64(word.x) << 32 | UInt64(word.y)
        order.swapAt(i, Int(random.multipliedFullWidth(by: UInt64(i + 1)).high))
      }
    }
    return buffer
  }
}
