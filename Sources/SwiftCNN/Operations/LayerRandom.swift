/// The random numbers of one layer in training. They are a function of (seed, layer, step, image, index), so there is no state to
/// keep.
struct LayerRandom: Sendable {
  private let random: Philox
  private let layer: UInt32

  init(seed: UInt64, layer: Int) {
    random = Philox(seed: seed)
    self.layer = RandomPurpose.layer(layer)
  }

  /// The four random words with this index, for image `image` of a call.
  func words(_ index: Int, _ call: OperationCall, _ image: Int) -> SIMD4<UInt32> {
    random.block([
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: call.firstImage + image), layer,
      UInt32(truncatingIfNeeded: call.step),
    ])
  }

  /// The random amounts that a layer uses for an image.
  func amounts(_ call: OperationCall, _ image: Int) -> RandomAmounts { RandomAmounts(words: words(0, call, image)) }
}

/// Up to four independent uniform numbers.
struct RandomAmounts {
  fileprivate let words: SIMD4<UInt32>

  /// Random number `index`, in the range without its upper bound.
  func uniform(_ index: Int, _ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(words[index]) * 0x1p-32)
  }
}
