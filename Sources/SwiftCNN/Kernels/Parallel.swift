import CSwiftCNN

/// The work at which sharing pays off, in multiply-adds. A core computes about fifty of them in a nanosecond.
enum ParallelThreshold {
  /// More than the cost of passing work to a thread that is waiting for it.
  static let sharing = 1 << 17
  /// More than the cost of waking a thread that sleeps.
  static let waking = 1 << 21
  /// The number of multiply-adds that take as long as moving an element from memory and back.
  static let element = 16
}

/// Calls `body(task, thread)` once for each task, on at most `limit` threads, and returns when all are done.
///
/// The assignment of tasks to threads is not fixed, so a task must not depend on it. `thread` only selects scratch memory.
/// - Parameter work: the approximate multiply-adds of all tasks. If there are few, the caller does all the work alone.
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
          // Invariant: it is the pointer that is passed below.
          context!.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(Int(task), Int(thread))
        }, UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pointer)))
    }
  }
}

/// Divides `range` into pieces of at most `size`, one for each task.
func parallel(over count: Int, by size: Int, limit: Int, work: Int, _ body: (_ range: Range<Int>) -> Void) {
  parallel((count + size - 1) / size, limit: limit, work: work) { task, _ in
    body(task * size..<min(count, (task + 1) * size))
  }
}
