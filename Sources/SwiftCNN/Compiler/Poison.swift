/// In debug builds, fills memory with NaN as soon as its content is no longer needed. A plan that still reads it then returns
/// NaN. This finds values that were overwritten, and places that were reused too early.
struct Poison {
  /// Ranges of memory, by the time at which they become free.
  private var batch: [Int: [Range<Int>]] = [:]
  private var thread: [Int: [Range<Int>]] = [:]

  init() {}

  /// - Parameter group: the places in a thread's memory that are kept during a group of images. The times of single chunks do not
  ///   apply to them.
  init(arena: Arena, threadArena: Arena, without group: [Int]) {
    #if DEBUG
      let kept = Set(group)
      for block in arena.blocks { batch[block.life.upperBound, default: []].append(block.range) }
      for block in threadArena.blocks where !kept.contains(block.range.lowerBound) {
        thread[block.life.upperBound, default: []].append(block.range)
      }
    #endif
  }

  /// Call this after each stage.
  func afterStage(_ time: Int, arena: UnsafeMutablePointer<Float>) { Self.fill(batch[time], arena) }

  /// Call this after a thread has finished an operation.
  func afterOperation(_ time: Int, threadMemory: UnsafeMutablePointer<Float>) { Self.fill(thread[time], threadMemory) }

  private static func fill(_ ranges: [Range<Int>]?, _ memory: UnsafeMutablePointer<Float>) {
    #if DEBUG
      for range in ranges ?? [] { (memory + range.lowerBound).update(repeating: .nan, count: range.count) }
    #endif
  }
}
