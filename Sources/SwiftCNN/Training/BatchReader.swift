import CKernels

/// Brings samples of an array into the form that a plan reads: float32 in C order, in place where they already are.
struct BatchReader {
  private let x: ArrayView
  private let elements: Int
  private let buffer: FloatBuffer
  private let kernels: KernelTable
  private let threads: Int

  /// Below this many elements a batch is read by the caller alone.
  private static let worthSharing = 1 << 16

  init(_ x: ArrayView, batchSize: Int, kernels: KernelTable, threads: Int) throws(SwiftCNNError) {
    self.x = x
    self.kernels = kernels
    self.threads = threads
    elements = x.sampleElements
    buffer = try FloatBuffer(
      try Shape.count([batchSize, elements], of: "a batch of \(batchSize)"), for: "a batch of \(batchSize)")
  }

  /// The samples `first`..<`first + count`; the pointer is valid until the next call. The plan only reads through it.
  func read(from first: Int, count: Int) -> UnsafeMutablePointer<Float> {
    if let values = x.floatsInPlace(from: first, count: count) { return UnsafeMutablePointer(mutating: values) }
    return read(first..<first + count)
  }

  /// The samples with these numbers.
  func read(_ samples: some RandomAccessCollection<Int>) -> UnsafeMutablePointer<Float> {
    let isShared = samples.count * elements >= Self.worthSharing
    parallel(over: samples.count, by: isShared ? 16 : samples.count, limit: threads) { range in
      for i in range {
        x.readSample(samples[samples.index(samples.startIndex, offsetBy: i)], into: buffer.pointer + i * elements, kernels)
      }
    }
    return buffer.pointer
  }
}
