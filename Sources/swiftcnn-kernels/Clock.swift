import Glibc

/// What a work's time is measured by.
enum Clock {
  /// Of a single thread: what other programs take from it does not count.
  case processor
  /// Of several threads, which wait for one another.
  case wall

  var now: Double {
    var time = timespec()
    clock_gettime(self == .processor ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The best seconds of each work. They are run in turns, so that a busy moment of the machine hits all, until `seconds`
  /// have passed, but three times at least.
  func bestSeconds(of works: [() throws -> Void], within seconds: Double) throws -> [Double] {
    var best = works.map { _ in Double.infinity }
    let end = Clock.wall.now + seconds
    var rounds = 0
    while rounds < 3 || Clock.wall.now < end {
      for (i, work) in works.enumerated() {
        let start = now
        try work()
        best[i] = min(best[i], now - start)
      }
      rounds += 1
    }
    return best
  }
}
