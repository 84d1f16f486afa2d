import Glibc

/// Bytes with known offsets: a block of memory or an open file. Files are read, not mapped. It is an error if a file is truncated
/// while it is read.
protocol ByteSource: ~Copyable {
  var count: Int { get }
  /// Fills `target` with the bytes from `offset` on, all of which must exist.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SwiftCNNError)
}

extension UnsafeRawBufferPointer: ByteSource {
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SwiftCNNError) {
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: self[offset..<offset + target.count]))
  }
}

/// A regular file that is open for reading.
struct FileSource: ByteSource, ~Copyable {
  private let file: FileDescriptor
  private let path: String
  let count: Int

  /// The number of bytes between two checks for an interruption.
  private static let pieceBytes = 1 << 24

  init(_ path: String) throws(SwiftCNNError) {
    try FileSystem.check(path)
    // O_NONBLOCK, because opening a pipe without a writer would block for ever.
    let opened = try FileDescriptor(path, flags: O_RDONLY | O_NONBLOCK)
    let status = try opened.status()
    try FileSystem.requireRegular(status, path)
    file = opened
    self.path = path
    count = Int(status.st_size)
  }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SwiftCNNError) {
    var done = 0
    while done < target.count {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: target[done..<min(target.count, done + Self.pieceBytes)])
      let read = try file.read(at: offset + done, into: piece)
      guard read == piece.count else {
        throw .io(
          "the file '\(path)' shrank from \(count) to \(offset + done + read) bytes or fewer while it was read; try again")
      }
      done += read
      try Interruption.check()
    }
  }
}
