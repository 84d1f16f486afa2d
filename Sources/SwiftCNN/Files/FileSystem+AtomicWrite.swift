import Glibc

extension FileSystem {
  /// Writes a file so that at any moment, even after a power cut, `path` holds either all of the old content or all of the new.
  static func writeAtomically(_ path: String, _ bytes: [UInt8]) throws(SwiftCNNError) {
    try replaceAtomically(path) { file throws(SwiftCNNError) in
      try bytes.withUnsafeBufferPointer { buffer throws(SwiftCNNError) in try file.write(UnsafeRawBufferPointer(buffer)) }
    }
  }

  /// Lets `fill` write to a temporary file in the folder of `path`, then renames it over `path`. If anything fails, the
  /// temporary file is removed and `path` left as it was.
  static func replaceAtomically(
    _ path: String, fill: (borrowing FileDescriptor) throws(SwiftCNNError) -> Void
  ) throws(SwiftCNNError) {
    try check(path)
    let target = followLinks(path)
    let permissions = try existingPermissions(target)
    let folder = folder(of: target)
    let temporary = "\(folder)/.swiftcnn-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).tmp"
    let file = try FileDescriptor(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, name: path)
    do throws(SwiftCNNError) {
      if let permissions { try file.setPermissions(permissions) }
      try fill(file)
      try file.synchronize()
      guard rename(temporary, target) == 0 else { throw FileDescriptor.failure("replace", path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try FileDescriptor(folder, flags: O_RDONLY | O_DIRECTORY).synchronize()
  }

  /// The file behind a symbolic link, so that the link stays one; `path` itself where nothing exists yet.
  private static func followLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// nil if there is no file yet. Devices and folders are refused: a rename would put a file in a device's place.
  private static func existingPermissions(_ path: String) throws(SwiftCNNError) -> mode_t? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    try requireRegular(status, path)
    return status.st_mode & 0o777
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
