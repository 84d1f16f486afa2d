import CSwiftCNN

/// Makes long work interruptible that does not send events: checking data, loading, building.
enum Interruption {
  /// The number of elements between two checks. They take far less than a second.
  static let elementsAtOnce = 1 << 18

  /// Throws `cancelled` if the program requests the end of the work. It asks the program at most about twenty times a second. It
  /// must not be called while the model's lock is held, because the program may wait for a thread that waits for the lock.
  static func check() throws(SwiftCNNError) {
    if scnn_i_interrupted() != 0 { throw .cancelled }
  }

  /// Calls `body` for chunks of the indices from 0 to `count`, and checks for an interruption between them.
  /// - Parameter cost: the number of elements for each index.
  static func forEachPiece(
    of count: Int, cost: Int, _ body: (_ range: Range<Int>) throws(SwiftCNNError) -> Void
  ) throws(SwiftCNNError) {
    let step = max(1, elementsAtOnce / max(1, cost))
    var start = 0
    while start < count {
      let end = min(count, start + step)
      try body(start..<end)
      start = end
      try check()
    }
  }
}
