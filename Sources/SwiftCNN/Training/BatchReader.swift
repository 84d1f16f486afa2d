import CKernels

/// Converts samples of an array into the form that a plan reads: float32 in C order. Samples that have this form already are not
/// copied.
struct BatchReader {
  private let x: ArrayView
  /// The name of the array in error messages.
  private let name: String
  private let elements: Int
  /// Memory for a converted batch; nil if every batch is read in place.
  private let buffer: FloatBuffer?
  private let kernels: KernelTable
  private let threads: Int

  /// The number of samples that one thread reads at once.
  private static let samplesAtOnce = 16

  /// - Parameter inOrder: only `read(from:count:)` will be called.
  init(
    _ x: ArrayView, named name: String = "x", batchSize: Int, inOrder: Bool, kernels: KernelTable, threads: Int
  ) throws(SwiftCNNError) {
    self.x = x
    self.name = name
    self.kernels = kernels
    self.threads = threads
    elements = x.sampleElements
    if inOrder && x.floatsInPlace(from: 0, count: x.sampleCount) != nil {
      buffer = nil
    } else {
      buffer = try FloatBuffer(
        try Shape.count([batchSize, elements], of: "a batch of \(batchSize)"), for: "a batch of \(batchSize)")
    }
  }

  /// The samples `first`..<`first + count`. The pointer is valid until the next call. The plan only reads from it.
  func read(from first: Int, count: Int) throws(SwiftCNNError) -> UnsafeMutablePointer<Float> {
    if let values = x.floatsInPlace(from: first, count: count) { return UnsafeMutablePointer(mutating: values) }
    return try read(first..<first + count)
  }

  /// The samples with these numbers.
  func read(_ samples: some RandomAccessCollection<Int>) throws(SwiftCNNError) -> UnsafeMutablePointer<Float> {
    guard let start = buffer?.pointer else { preconditionFailure("made to read in order only") }
    let work = samples.count * elements * ParallelThreshold.element
    // Threads write only true, so they cannot conflict.
    nonisolated(unsafe) var isMissing = false
    parallel(over: samples.count, by: Self.samplesAtOnce, limit: threads, work: work) { range in
      for i in range {
        let sample = samples[samples.index(samples.startIndex, offsetBy: i)]
        if !x.readSample(sample, into: start + i * elements, kernels) { isMissing = true }
      }
    }
    if isMissing { throw x.vanished(name) }
    return start
  }
}
