/// The random numbers of one layer in training: a function of (seed, layer, step, image, index), with no state to carry.
struct LayerRandom: Sendable {
  private let random: Philox
  private let layer: UInt32

  init(seed: UInt64, layer: Int) {
    random = Philox(seed: seed)
    self.layer = RandomPurpose.layer(layer)
  }

  /// The four words with this index for image `image` of a call.
  func words(_ index: Int, _ call: OperationCall, _ image: Int) -> SIMD4<UInt32> {
    random.block([
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: call.firstImage + image), layer,
      UInt32(truncatingIfNeeded: call.step),
    ])
  }

  /// The amounts that a layer draws for an image.
  func amounts(_ call: OperationCall, _ image: Int) -> RandomAmounts { RandomAmounts(words: words(0, call, image)) }
}

/// Up to four independent uniform numbers.
struct RandomAmounts {
  fileprivate let words: SIMD4<UInt32>

  /// Number `index`, in the range but its upper bound.
  func uniform(_ index: Int, _ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Double(words[index]) * 0x1p-32)
  }
}
