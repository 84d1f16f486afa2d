import Glibc
import Testing

@testable import SwiftCNN

@Suite struct FileSystemTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func permissions(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func whatIsWrittenIsRead() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try FileSystem.writeAtomically(folder / "a", bytes)
    #expect(try FileSystem.read(folder / "a") == bytes)
    try FileSystem.writeAtomically(folder / "a", [])
    #expect(try FileSystem.read(folder / "a") == [])
    #expect(folder.contents == ["a"])
  }

  @Test func unreadableFilesAreNamedWithTheReason() throws {
    mkfifo(folder / "pipe", 0o600)
    expectError("/missing'", "No such file or directory") { try FileSystem.read(folder / "missing") }
    expectError("is a folder") { try FileSystem.read(folder.path) }
    expectError("is a device, pipe or socket") { try FileSystem.read(folder / "pipe") }
    expectError("is a device, pipe or socket") { try FileSystem.read("/dev/zero") }
    expectError("a file name is expected") { try FileSystem.read("") }
    expectError("without NUL characters; got \"a\\u0000b\"") { try FileSystem.read("a\0b") }
  }

  @Test func aFileBeyondTheLimitIsRefused() throws {
    try FileSystem.writeAtomically(folder / "a", [1, 2, 3])
    #expect(try FileSystem.read(folder / "a", limit: 3) == [1, 2, 3])
    expectError("has 3 bytes; at most 2") { try FileSystem.read(folder / "a", limit: 2) }
  }

  @Test func aFileBeyondMemoryIsRefused() throws {
    let sparse = folder / "sparse"
    try FileSystem.writeAtomically(sparse, [])
    try #require(truncate(sparse, 1 << 42) == 0)
    let error = #expect(throws: SwiftCNNError.self) { try FileSystem.read(sparse) }
    #expect(error?.description.contains("needs 4194304 MiB of memory") == true)
  }

  @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
    let path = folder / "model"
    try FileSystem.writeAtomically(path, [1, 2, 3])
    expectError("cannot go on") {
      try FileSystem.replaceAtomically(path) { file throws(SwiftCNNError) in
        try [9, 9].withUnsafeBufferPointer { bytes throws(SwiftCNNError) in try file.write(UnsafeRawBufferPointer(bytes)) }
        throw .io("cannot go on")
      }
    }
    #expect(try FileSystem.read(path) == [1, 2, 3])
    #expect(folder.contents == ["model"])
  }

  @Test func theOldFileIsWholeUntilTheNewOneIs() throws {
    let path = folder / "model"
    try FileSystem.writeAtomically(path, [1, 2, 3])
    try FileSystem.replaceAtomically(path) { file throws(SwiftCNNError) in
      try [9, 9].withUnsafeBufferPointer { bytes throws(SwiftCNNError) in try file.write(UnsafeRawBufferPointer(bytes)) }
      #expect(try FileSystem.read(path) == [1, 2, 3])
    }
    #expect(try FileSystem.read(path).count == 2 * MemoryLayout<Int>.size)
  }

  @Test func aFullDiskIsReported() throws {
    let file = try FileDescriptor("/dev/full", flags: O_WRONLY, name: "model")
    expectError("cannot write the file 'model'", "No space left on device") {
      try [UInt8(1)].withUnsafeBytes { try file.write($0) }
    }
  }

  @Test func whatCannotBeReplacedIsRefused() throws {
    expectError("cannot write the file", "/none/x'", "No such file") { try FileSystem.writeAtomically(folder / "none/x", []) }
    expectError("is a folder", "add a file name") { try FileSystem.writeAtomically(folder.path, []) }
    expectError("is a device") { try FileSystem.writeAtomically("/dev/null", []) }
    expectError("a file name is expected") { try FileSystem.writeAtomically("", []) }
    #expect(folder.contents == [])
  }

  @Test func permissionsAreKept() throws {
    try FileSystem.writeAtomically(folder / "a", [1])
    #expect(permissions(folder / "a") & 0o600 == 0o600)
    #expect(permissions(folder / "a") & 0o133 == 0)
    chmod(folder / "a", 0o600)
    try FileSystem.writeAtomically(folder / "a", [2])
    #expect(permissions(folder / "a") == 0o600)
  }

  @Test func aSymbolicLinkStaysOne() throws {
    try FileSystem.writeAtomically(folder / "real", [1])
    symlink("real", folder / "link")
    try FileSystem.writeAtomically(folder / "link", [2])
    #expect(try FileSystem.read(folder / "real") == [2])
    var target = [CChar](repeating: 0, count: 16)
    #expect(readlink(folder / "link", &target, target.count) == "real".utf8.count)
    #expect(folder.contents == ["link", "real"])
  }

  @Test func aFileIsReplacedWhileItIsOpen() throws {
    try FileSystem.writeAtomically(folder / "a", [1, 2, 3])
    let open = try FileDescriptor(folder / "a", flags: O_RDONLY)
    try FileSystem.writeAtomically(folder / "a", [4])
    var old = [UInt8](repeating: 0, count: 3)
    #expect(try old.withUnsafeMutableBytes { try open.read(at: 0, into: $0) } == 3)
    #expect(old == [1, 2, 3])
  }

  @Test func whatAKilledSaverLeftIsRemovedByTheNextSave() throws {
    let left = folder / ".swiftcnn-1-2.tmp"
    for path in [left, folder / "mine.tmp", folder / ".swiftcnn-notes"] {
      close(open(path, O_WRONLY | O_CREAT, 0o644))
    }
    symlink("/dev/null", folder / ".swiftcnn-link.tmp")
    mkfifo(folder / ".swiftcnn-pipe.tmp", 0o644)
    try FileSystem.writeAtomically(folder / "a", [1])
    #expect(folder.contents == [".swiftcnn-link.tmp", ".swiftcnn-notes", ".swiftcnn-pipe.tmp", "a", "mine.tmp"])
  }

  @Test func whatALivingSaverWritesStays() throws {
    try FileSystem.replaceAtomically(folder / "a") { _ throws(SwiftCNNError) in
      #expect(throws: Never.self) { try FileSystem.writeAtomically(folder / "b", [3]) }
      #expect(folder.contents.count == 2)
    }
    #expect(folder.contents == ["a", "b"])
    #expect(try FileSystem.read(folder / "b") == [3])
  }
}
