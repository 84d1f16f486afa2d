import Glibc

extension FileSystem {
  /// Writes a file atomically: at any time, even after a power cut, `path` has either all of the old content or all of the new.
  static func writeAtomically(_ path: String, _ bytes: UnsafeRawBufferPointer) throws(SwiftCNNError) {
    try replaceAtomically(path) { file throws(SwiftCNNError) in try file.write(bytes) }
  }

  /// Calls `fill` with a temporary file in the folder of `path`, then renames this file to `path`. If anything fails, the
  /// temporary file is removed, and `path` does not change.
  static func replaceAtomically(
    _ path: String, fill: (borrowing FileDescriptor) throws(SwiftCNNError) -> Void
  ) throws(SwiftCNNError) {
    try check(path)
    let target = followLinks(path)
    let permissions = try existingPermissions(target)
    let folder = folder(of: target)
    removeLeftovers(in: folder)
    let temporary = temporaryName(in: folder)
    let file = try FileDescriptor(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, name: path)
    // Another process may have found the file before it was locked, and removed it. In that case, start again with a new file.
    if file.lock(), try !file.isLinked() { return try replaceAtomically(path, fill: fill) }
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

  // MARK: Temporary files

  // The program that writes a temporary file holds a lock on it (flock), which ends with the program. So a temporary file that
  // can be locked was left by a program that was killed. The Python code follows the same rule.
  private static let temporaryPrefix = ".swiftcnn-"
  private static let temporarySuffix = ".tmp"

  private static func temporaryName(in folder: String) -> String {
    "\(folder)/\(temporaryPrefix)\(getpid())-\(UInt64.random(in: 0...UInt64.max))\(temporarySuffix)"
  }

  /// Removes the temporary files that killed programs left in a folder. Files that cannot be removed stay and do no harm.
  private static func removeLeftovers(in folder: String) {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard name.hasPrefix(temporaryPrefix), name.hasSuffix(temporarySuffix) else { continue }
      removeIfLeftOver("\(folder)/\(name)")
    }
  }

  private static func removeIfLeftOver(_ path: String) {
    guard let file = try? FileDescriptor(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
      let status = try? file.status(), status.st_mode & S_IFMT == S_IFREG, file.lock()
    else { return }
    unlink(path)
  }

  // MARK: The target

  /// The target of a symbolic link, so that the link itself is kept; `path` itself if nothing exists yet.
  private static func followLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// nil if there is no file yet. Throws for devices and folders: a rename would replace a device by a file.
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
