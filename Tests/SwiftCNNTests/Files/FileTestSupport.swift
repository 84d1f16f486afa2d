import Glibc
import Testing

@testable import SwiftCNN

extension Fixtures {
  static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }

  /// The same text as `squares()` in make_file_fixtures.py.
  static let squares = Array((0..<400).map { "\($0 * $0 % 997) " }.joined().utf8)

  /// Byte k occurs 2^k times, as in make_file_fixtures.py.
  static let skewed = (0..<12).flatMap { [UInt8](repeating: UInt8($0), count: 1 << $0) }
}

extension FileSystem {
  static func writeAtomically(_ path: String, _ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try writeAtomically(path, $0) }
  }
}

/// Expects a `SwiftCNNError` whose message contains every one of `fragments`.
func expectError<Value>(
  _ fragments: String..., sourceLocation: SourceLocation = #_sourceLocation, from body: () throws -> Value
) {
  let error = #expect(throws: SwiftCNNError.self, sourceLocation: sourceLocation) { _ = try body() }
  for fragment in fragments {
    let message = error?.description ?? ""
    #expect(message.contains(fragment), sourceLocation: sourceLocation)
  }
}

/// Lets `decode` see every truncation and every single flipped bit of `bytes`; anything but a `SwiftCNNError` or a
/// result that `check` accepts fails, and a trap ends the test run.
func expectSurvival<Value>(
  of bytes: [UInt8], decode: (UnsafeRawBufferPointer) throws -> Value, where check: (Value, _ damaged: [UInt8]) -> Bool
) {
  for damaged in truncations(of: bytes) + bitFlips(of: bytes) {
    do {
      let value = try damaged.withUnsafeBytes(decode)
      #expect(check(value, damaged))
    } catch {
      #expect(error is SwiftCNNError)
    }
  }
}

/// Each is an array of its own, so that a read behind its end is seen by the address sanitizer.
func truncations(of bytes: [UInt8]) -> [[UInt8]] {
  bytes.indices.map { Array(bytes[..<$0]) }
}

func bitFlips(of bytes: [UInt8]) -> [[UInt8]] {
  (0..<bytes.count * 8).map { bit in
    var damaged = bytes
    damaged[bit / 8] ^= 1 << (bit % 8)
    return damaged
  }
}

/// A folder for one test, removed with all it holds at the test's end.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/swiftcnn-tests-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw SwiftCNNError.io("mkdtemp failed") }
    path = String(cString: made)
  }

  deinit {
    for name in contents { unlink(self / name) }
    rmdir(path)
  }

  static func / (folder: TemporaryFolder, name: String) -> String { "\(folder.path)/\(name)" }

  /// The names of all files, hidden ones too.
  var contents: [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
