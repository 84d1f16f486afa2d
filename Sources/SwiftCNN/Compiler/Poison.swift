/// In debug builds, memory whose content nobody may read any more is filled with NaN, so that a plan that reads it gives NaN: a value
/// that was overwritten or whose place was given away too early.
struct Poison {
  /// Parts of memory by the time at which they become free.
  private var batch: [Int: [Range<Int>]] = [:]
  private var thread: [Int: [Range<Int>]] = [:]

  init() {}

  /// - Parameter group: where in a thread's memory lies what is kept through a group of images, of whose chunks the times tell nothing.
  init(arena: Arena, threadArena: Arena, without group: [Int]) {
    #if DEBUG
      let kept = Set(group)
      for block in arena.blocks { batch[block.life.upperBound, default: []].append(block.range) }
      for block in threadArena.blocks where !kept.contains(block.range.lowerBound) {
        thread[block.life.upperBound, default: []].append(block.range)
      }
    #endif
  }

  /// To be called when a stage is done.
  func afterStage(_ time: Int, arena: UnsafeMutablePointer<Float>) { Self.fill(batch[time], arena) }

  /// To be called when a thread is done with an operation.
  func afterOperation(_ time: Int, threadMemory: UnsafeMutablePointer<Float>) { Self.fill(thread[time], threadMemory) }

  private static func fill(_ ranges: [Range<Int>]?, _ memory: UnsafeMutablePointer<Float>) {
    #if DEBUG
      for range in ranges ?? [] { (memory + range.lowerBound).update(repeating: .nan, count: range.count) }
    #endif
  }
}
