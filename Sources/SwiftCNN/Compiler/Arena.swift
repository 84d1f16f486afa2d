/// Places tensors in one block of memory. Two tensors may share a place if they are not alive at the same time.
struct Arena {
  struct Block {
    let range: Range<Int>
    let life: ClosedRange<Int>
  }

  private(set) var blocks: [Block] = []
  private(set) var count = 0

  /// Free elements between tensors, because a kernel may read beyond the end of `KernelTile.b`.
  private static let gap = 32

  /// Reserves the first place that is free during `life`.
  mutating func place(_ elements: Int, life: ClosedRange<Int>) -> Int {
    let size = (elements + Self.gap).rounded(upTo: 16)
    let busy = blocks.filter { $0.life.overlaps(life) }.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
    var start = 0
    for range in busy {
      if start + size <= range.lowerBound { break }
      start = max(start, range.upperBound)
    }
    blocks.append(Block(range: start..<start + size, life: life))
    count = max(count, start + size)
    return start
  }
}
