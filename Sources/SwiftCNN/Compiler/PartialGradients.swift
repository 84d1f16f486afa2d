/// Where a stage sums the gradients of its weights: a set of them for each group of images.
struct PartialGradients {
  /// Neighbouring weights of the stage.
  struct Part {
    /// In the flat buffers.
    let weights: Range<Int>
    /// Where they begin in a set.
    let start: Int
    /// Other stages use them too, so that the sums are added to what is there.
    let adds: Bool
  }

  /// Of the first set, in the arena.
  var offset = 0
  /// Elements of a set.
  private(set) var count = 0
  private(set) var parts: [Part] = []
  /// For each operation of the stage, what leads from a weight's offset in the flat buffers to its place in a set.
  private(set) var shifts: [Int] = []

  init() {}

  /// - Parameters:
  ///   - spans: the weights of each operation of the stage that learn.
  ///   - ranks: the places of those of the whole plan in their order.
  ///   - shared: those that several operations use.
  init(_ spans: [Range<Int>?], ranks: [Range<Int>: Int], shared: Set<Range<Int>>) {
    var starts: [Range<Int>: Int] = [:]
    var lastRank: Int?
    for span in Set(spans.compactMap(\.self)).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let rank = ranks[span] ?? 0
      // What lies between neighbours does not learn, and is summed with them: zeros.
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
