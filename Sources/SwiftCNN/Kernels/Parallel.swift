import CSwiftCNN

/// Calls `body(task, thread)` once for each task, on at most `limit` threads, and returns when all are done.
///
/// Which thread runs which task is not determined, so a task must not depend on it; `thread` only names scratch memory.
func parallel(_ tasks: Int, limit: Int, _ body: (_ task: Int, _ thread: Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: body) { pointer in
      scnn_i_parallel_up_to(
        Int32(limit), Int64(tasks),
        { context, task, thread in
          context!.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(Int(task), Int(thread))
        }, UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pointer)))
    }
  }
}

/// `range` cut into pieces of at most `size`, one a task.
func parallel(over count: Int, by size: Int, limit: Int, _ body: (_ range: Range<Int>) -> Void) {
  parallel((count + size - 1) / size, limit: limit) { task, _ in
    body(task * size..<min(count, (task + 1) * size))
  }
}
