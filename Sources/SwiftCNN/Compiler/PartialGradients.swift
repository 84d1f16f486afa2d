/// Where a stage sums the gradients of its weights. Each group of images has a set of sums of its own.
struct PartialGradients {
  /// Weights of the stage that are neighbours in the flat buffers.
  struct Part {
    /// Their range in the flat buffers.
    let weights: Range<Int>
    /// Their offset in a set.
    let start: Int
    /// Whether other stages use these weights too. Then the sums are added to the gradients that are already there.
    let adds: Bool
  }

  /// The offset of the first set in the arena.
  var offset = 0
  /// Elements in a set.
  private(set) var count = 0
  private(set) var parts: [Part] = []
  /// For each operation of the stage, the difference between a weight's place in a set and its offset in the flat buffers.
  private(set) var shifts: [Int] = []

  init() {}

  /// - Parameters:
  ///   - spans: for each operation of the stage, the range of its weights that learn.
  ///   - ranks: the position of each range among those of the whole plan, in order.
  ///   - shared: the ranges that several operations use.
  init(_ spans: [Range<Int>?], ranks: [Range<Int>: Int], shared: Set<Range<Int>>) {
    var starts: [Range<Int>: Int] = [:]
    var lastRank: Int?
    for span in Set(spans.compactMap(\.self)).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let rank = ranks[span] ?? 0
      // The elements between neighbours do not learn. They are zero and are summed with the rest.
      if let last = parts.last, lastRank == rank - 1, !last.adds, !shared.contains(span) {
        parts[parts.count - 1] = Part(weights: last.weights.lowerBound..<span.upperBound, start: last.start, adds: false)
        starts[span] = last.start + span.lowerBound - last.weights.lowerBound
      } else {
        parts.append(Part(weights: span, start: count, adds: shared.contains(span)))
        starts[span] = count
      }
      count = parts[parts.count - 1].start + parts[parts.count - 1].weights.count
      lastRank = rank
    }
    shifts = spans.map { span in span.map { (starts[$0] ?? 0) - $0.lowerBound } ?? 0 }
  }
}
