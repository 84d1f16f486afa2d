extension Range<Int> {
  /// The range in chunks that fit in a core's cache, each one thread's work, the same for any number of threads.
  var chunks: [Range<Int>] {
    let size = 1 << 14
    return stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
  }
}
