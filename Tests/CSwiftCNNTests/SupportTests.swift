import CSwiftCNN
import Glibc
import Testing

@Suite struct MemoryTests {
  @Test(arguments: [0, 1, 63, 64, 4096, (4 << 20) - 1, 4 << 20, (4 << 20) + 1])
  func memoryIsZeroedAndAligned(bytes: Int) throws {
    let memory = try #require(scnn_i_alloc(bytes))
    defer { scnn_i_dealloc(memory) }
    #expect(UInt(bitPattern: memory) % (bytes >= 4 << 20 ? 2 << 20 : 64) == 0)
    let content = UnsafeMutableRawBufferPointer(start: memory, count: bytes)
    #expect(content.allSatisfy { $0 == 0 })
    content.initializeMemory(as: UInt8.self, repeating: 0xff)
  }

  @Test(arguments: [Int.max, Int.max / 2, 1 << 56])
  func impossibleSizesGiveNothing(bytes: Int) {
    #expect(scnn_i_alloc(bytes) == nil)
  }

  @Test func aCopyEndsInZero() throws {
    let copy = try #require(scnn_i_copy("abc", 2))
    defer { scnn_free(copy) }
    #expect(String(cString: copy.assumingMemoryBound(to: CChar.self)) == "ab")
  }
}

@Suite struct ErrorTests {
  @Test func eachThreadHasItsOwnMessageOfAnyLength() {
    let long = String(repeating: "long message ", count: 10_000)
    scnn_i_set_error(long, 0)
    onNewThread { scnn_i_set_error("another thread's", 0) }
    #expect(String(cString: scnn_last_error()) == long)
  }

  @Test func aThreadWithoutFailureHasAnEmptyMessage() {
    scnn_i_set_error("mine", 2)
    nonisolated(unsafe) var message = "not read"
    onNewThread { message = String(cString: scnn_last_error()) }
    #expect(message == "")
  }
}

@Suite struct MutexTests {
  /// Under an ordinary mutex a thread that locks again at once nearly always wins, and the others starve.
  @Test func aWaitingThreadComesFirst() throws {
    let mutex = try #require(scnn_i_mutex_new())
    defer { scnn_i_mutex_free(mutex) }
    nonisolated(unsafe) let lock = mutex
    nonisolated(unsafe) var turns: [Int] = []
    let turn = { (name: Int) in
      scnn_i_mutex_lock(lock)
      turns.append(name)
      scnn_i_mutex_unlock(lock)
    }
    for _ in 0..<5 {
      scnn_i_mutex_lock(mutex)
      let unlockAndReturn = {
        usleep(50_000)  // long enough for the thread to wait for the lock
        scnn_i_mutex_unlock(lock)
        turn(2)
      }
      onNewThread({ turn(1) }, meanwhile: unlockAndReturn)
    }
    #expect(turns == [1, 2, 1, 2, 1, 2, 1, 2, 1, 2])
  }
}

/// Runs `body` on a thread of its own and waits for it.
private func onNewThread(_ body: @escaping () -> Void, meanwhile other: () -> Void = {}) {
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(Box(body)).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
      return nil
    }, argument)
  precondition(status == 0)
  other()
  pthread_join(thread, nil)
}

private final class Box {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}
