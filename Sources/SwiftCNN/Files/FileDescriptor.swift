import Glibc

/// An open file that closes itself. Every error names the file and the operating system's reason.
struct FileDescriptor: ~Copyable {
  private let number: Int32
  /// The name of the file as the user gave it, for error messages.
  private let name: String

  /// - Parameter name: the name of the file in error messages, if it is not `path`.
  init(_ path: String, flags: Int32, mode: mode_t = 0o644, name: String? = nil) throws(SwiftCNNError) {
    self.name = name ?? path
    number = open(path, flags | O_CLOEXEC, mode)
    guard number >= 0 else { throw Self.failure(flags & O_ACCMODE == O_RDONLY ? "open" : "write", self.name) }
  }

  deinit { close(number) }

  func status() throws(SwiftCNNError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw Self.failure("examine", name) }
    return status
  }

  /// Fills `target` with the bytes from `offset` on. Returns a smaller number than its size only at the end of the file.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SwiftCNNError) -> Int {
    guard let start = target.baseAddress else { return 0 }
    var done = 0
    while done < target.count {
      let result = pread(number, start + done, target.count - done, offset + done)
      if result == 0 { break }
      if result > 0 { done += result } else if errno != EINTR { throw Self.failure("read", name) }
    }
    return done
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(SwiftCNNError) {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let result = Glibc.write(number, start + done, bytes.count - done)
      if result >= 0 { done += result } else if errno != EINTR { throw Self.failure("write", name) }
    }
  }

  /// Waits until the content is on the disk. File systems that cannot sync a folder return EINVAL, which is not an error here.
  func synchronize() throws(SwiftCNNError) {
    guard fsync(number) == 0 || errno == EINVAL else { throw Self.failure("write", name) }
  }

  /// Locks the file; false if another process holds the lock. The system removes the lock when the file is closed or the process
  /// ends.
  func lock() -> Bool { flock(number, LOCK_EX | LOCK_NB) == 0 }

  /// Whether the file still has a name.
  func isLinked() throws(SwiftCNNError) -> Bool { try status().st_nlink > 0 }

  func setPermissions(_ mode: mode_t) throws(SwiftCNNError) {
    guard fchmod(number, mode) == 0 else { throw Self.failure("set the permissions of", name) }
  }

  /// The error for the current `errno`.
  static func failure(_ operation: String, _ name: String) -> SwiftCNNError {
    let code = errno
    return .io("cannot \(operation) the file '\(name)': \(String(cString: strerror(code)))", code: code)
  }
}
