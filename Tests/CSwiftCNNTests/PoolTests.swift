import CSwiftCNN
import Glibc
import Synchronization
import Testing

/// What the tasks of one region did.
private final class Record: Sendable {
  let runs: [Counter]
  let insideOfThread: [Counter]
  let faults = Counter()

  init(tasks: Int, threads: Int) {
    runs = (0..<tasks).map { _ in Counter() }
    insideOfThread = (0..<threads).map { _ in Counter() }
  }
}

private final class Counter: Sendable {
  private let value = Atomic(0)
  @discardableResult func add(_ amount: Int) -> Int { value.add(amount, ordering: .sequentiallyConsistent).newValue }
  var current: Int { value.load(ordering: .sequentiallyConsistent) }
}

private func parallel(_ tasks: Int, limit: Int = Int(SCNN_I_MAX_THREADS), wakes: Bool = true, _ body: (Int, Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: body) { pointer in
      scnn_i_parallel(
        Int32(limit), Int64(tasks), wakes ? 1 : 0,
        { context, task, thread in
          context!.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(Int(task), Int(thread))
        }, UnsafeMutableRawPointer(mutating: UnsafeRawPointer(pointer)))
    }
  }
}

/// Runs a region and checks that each task ran once, and that no two ran at a time under one thread's number.
private func checkRegion(tasks: Int, threads: Int) {
  let record = Record(tasks: tasks, threads: threads)
  parallel(tasks, limit: threads) { task, thread in
    guard 0..<threads ~= thread else {
      record.faults.add(1)
      return
    }
    if record.insideOfThread[thread].add(1) != 1 { record.faults.add(1) }
    record.runs[task].add(1)
    record.insideOfThread[thread].add(-1)
  }
  #expect(record.faults.current == 0)
  #expect(record.runs.allSatisfy { $0.current == 1 })
}

/// The pool is one for the whole process, so the tests take turns.
@Suite(.serialized) struct PoolTests {
  init() { _ = scnn_i_set_threads(2) }

  /// Waking a thread costs more than a little work: those that sleep are left asleep, and the caller does all.
  @Test func littleWorkWakesNobody() {
    let ranAlone = (0..<100).contains { _ in
      parallel(2) { _, _ in }
      usleep(10_000)  // a worker without work goes to sleep long before, unless the machine is very busy
      let others = Counter()
      parallel(100, wakes: false) { _, thread in
        usleep(10)
        others.add(thread)
      }
      return others.current == 0
    }
    #expect(ranAlone)
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 500])
  func eachTaskRunsOnce(threads: Int, tasks: Int) {
    #expect(scnn_i_set_threads(Int32(threads)) == 0)
    for _ in 0..<200 { checkRegion(tasks: tasks, threads: threads) }
  }

  @Test func noThreadBeyondTheLimit() {
    _ = scnn_i_set_threads(8)
    for _ in 0..<200 { checkRegion(tasks: 50, threads: 3) }
  }

  @Test func callersAtTheSameTimeAllFinish() async {
    _ = scnn_i_set_threads(3)
    await withTaskGroup { group in
      for _ in 0..<4 { group.addTask { for _ in 0..<500 { checkRegion(tasks: 20, threads: 3) } } }
    }
  }

  @Test func aRegionInsideARegionRunsOnItsCaller() {
    let total = Counter()
    parallel(8) { _, _ in
      parallel(8) { _, thread in total.add(thread == 0 ? 1 : 1000) }
    }
    #expect(total.current == 64)
  }

  @Test func theNumberOfThreadsHasBounds() {
    #expect(scnn_i_set_threads(0) == -1)
    #expect(scnn_i_set_threads(SCNN_I_MAX_THREADS + 1) == -1)
    #expect(scnn_i_set_threads(SCNN_I_MAX_THREADS) == 0)
  }

  @Test func denormalsAreZeroInsideOnly() {
    let denormal = Float.leastNonzeroMagnitude * 1000
    let inside = Record(tasks: 64, threads: 1)
    parallel(64) { task, _ in if half(denormal) != 0 { inside.runs[task].add(1) } }
    #expect(inside.runs.allSatisfy { $0.current == 0 })
    #expect(half(denormal) != 0)
  }

  @inline(never) private func half(_ value: Float) -> Float { value * 0.5 }
}
