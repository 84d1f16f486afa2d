import Glibc

enum FileSystem {
  /// The whole content of a regular file.
  ///
  /// - Parameter limit: longer files are an error, and no memory is allocated for them.
  static func read(_ path: String, limit: Int = .max) throws(SwiftCNNError) -> [UInt8] {
    let file = try FileSource(path)
    guard file.count <= limit else {
      throw .invalidValue("the file '\(path)' has \(file.count) bytes; at most \(limit) bytes are read")
    }
    try Memory.ensureAvailable(file.count, for: "reading the file '\(path)'")
    var bytes = [UInt8](repeating: 0, count: file.count)
    try bytes.withUnsafeMutableBufferPointer { buffer throws(SwiftCNNError) in
      try file.read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The operating system would end the name at a NUL, which may be the name of another file.
  static func check(_ path: String) throws(SwiftCNNError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .invalidValue("a file name is expected, without NUL characters; got \(JSON.quoted(path))")
    }
  }

  static func requireRegular(_ status: stat, _ path: String) throws(SwiftCNNError) {
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .io("'\(path)' is a folder, where a file is expected; add a file name", code: EISDIR)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .io("'\(path)' is a device, pipe or socket, where a regular file is expected")
    }
  }
}
