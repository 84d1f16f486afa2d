import CSwiftCNN

/// The way out of long work that is no training and tells no events: checking data, loading, building.
enum Interruption {
  /// Elements that take far less than a second between two looks.
  static let elementsAtOnce = 1 << 18

  /// Throws `cancelled` if the program wants the work to end; asks it no more than some twenty times a second.
  /// Must not be called while the model's lock is held: the program may wait for a thread that waits for the lock.
  static func check() throws(SwiftCNNError) {
    if scnn_i_interrupted() != 0 { throw .cancelled }
  }

  /// Calls `body` for the indices from 0 to `count` piece by piece, and looks in between.
  /// - Parameter cost: elements behind each index.
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
