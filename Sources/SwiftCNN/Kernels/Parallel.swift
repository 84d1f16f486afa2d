import CSwiftCNN

/// When sharing pays, in multiply-adds, of which a core does some fifty in a nanosecond.
enum ParallelThreshold {
  /// More than handing a region to a thread that waits for one costs.
  static let sharing = 1 << 17
  /// More than waking a thread that sleeps costs.
  static let waking = 1 << 21
  /// As many multiply-adds as take as long as bringing an element from memory and back.
  static let element = 16
}

/// Calls `body(task, thread)` once for each task, on at most `limit` threads, and returns when all are done.
///
/// Which thread runs which task is not determined, so a task must not depend on it; `thread` only names scratch memory.
/// - Parameter work: about the multiply-adds of all tasks; the caller does little work alone.
func parallel(_ tasks: Int, limit: Int, work: Int, _ body: (_ task: Int, _ thread: Int) -> Void) {
  if work < ParallelThreshold.sharing || limit <= 1 {
    for task in 0..<tasks { body(task, 0) }
    return
  }
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: body) { pointer in
      scnn_i_parallel(
        Int32(limit), Int64(tasks), work < ParallelThreshold.waking ? 0 : 1,
        { context, task, thread in
          // Invariant: it is the pointer below.
          context!.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(Int(task), Int(thread))
        }, UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pointer)))
    }
  }
}

/// `range` cut into pieces of at most `size`, one a task.
func parallel(over count: Int, by size: Int, limit: Int, work: Int, _ body: (_ range: Range<Int>) -> Void) {
  parallel((count + size - 1) / size, limit: limit, work: work) { task, _ in
    body(task * size..<min(count, (task + 1) * size))
  }
}
