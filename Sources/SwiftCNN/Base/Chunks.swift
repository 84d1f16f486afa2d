extension Range<Int> {
  /// Divides the range into chunks that fit in a core's cache. Each is the work of one thread. The chunks do not depend on the
  /// number of threads.
  var chunks: [Range<Int>] {
    let size = 1 << 14
    return stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
  }
}
