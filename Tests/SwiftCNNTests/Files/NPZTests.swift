import Glibc
import Testing

@testable import SwiftCNN

@Suite struct NPZTests {
  private func decode(_ file: [UInt8]) throws -> [String: Tensor] { try file.withUnsafeBytes { try NPZ.decode($0) } }

  private func decodeArray(_ npy: [UInt8]) throws -> Tensor? { try decode(zip([ArchiveEntry(npy)]))["x"] }

  @Test func whatNumPyStoresIsRead() throws {
    #expect(try decode(Fixtures.storedNPZ) == ["x": Tensor(shape: [2, 3], bytes: [0, 1, 2, 3, 4, 5])])
  }

  @Test func everyTypeThatNumPyCompressesIsRead() throws {
    let arrays = try decode(Fixtures.everyTypeNPZ)
    #expect(arrays.count == 15)
    for index in 0..<13 {
      let array = try #require(arrays["a\(index)"])
      #expect(array.shape == [2, 3])
      #expect(array.floats == [1, 2, 3, 4, 5, 6])
    }
    #expect(arrays["a0"]?.dtype == .uint8)
    #expect(arrays["a7"]?.dtype == .int32)
    #expect(arrays["a9"]?.dtype == .float32)
    #expect(arrays["flags"] == (try Tensor(shape: [2], bytes: [1, 0])))
    #expect(arrays["scalar"] == (try Tensor(shape: [], values: [1.5])))
  }

  @Test func damagedFilesAreSurvived() throws {
    let good = try decode(Fixtures.storedNPZ)
    for truncated in truncations(of: Fixtures.storedNPZ) { expectError { try decode(truncated) } }
    // A flipped bit may hit a field without meaning, such as a date, or the name.
    expectSurvival(of: Fixtures.storedNPZ, decode: NPZ.decode) { arrays, _ in arrays.values.first == good["x"] }
    expectSurvival(of: Array(Fixtures.everyTypeNPZ.prefix(300)), decode: NPZ.decode) { _, _ in false }
  }

  @Test(arguments: [1, 2, 3] as [UInt8]) func everyHeaderVersionIsRead(_ version: UInt8) throws {
    #expect(try decodeArray(npy(npyHeader("|u1", "(2,)"), [7, 8], version: version))?.floats == [7, 8])
  }

  @Test(arguments: [
    (npyHeader("|u1", "(3,)"), "shape (3,) and type uint8 has 3 bytes, but the file holds 2"),
    (npyHeader("|u1", "(1,)"), "has 1 bytes, but the file holds 2"),
    (npyHeader("<f4", "(2,)"), "has 8 bytes"),
    (npyHeader("|u1", "(4194305, 4194305, 211106198978564)"), "more elements than memory can hold"),
    (npyHeader("|u1", "(99999999999999999999,)"), "expected a size"), (npyHeader("|u1", "(-1,)"), "expected a size"),
    (npyHeader("|u1", "(2)x"), "expected ',' or '}'"), (npyHeader("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 2)"), "9 axes; at most 8"),
    (npyHeader("|u1", "(2,)", fortran: true), "Fortran order; save numpy.ascontiguousarray"),
    (npyHeader("|O", "(2,)"), "Python objects are never unpickled"), (npyHeader("<U4", "(2,)"), "element type \"<U4\""),
    (npyHeader("<f2", "(1,)"), "element type \"<f2\""), (npyHeader("", "(1,)"), "element type \"\""),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "malformed"),
    ("{'descr': '|u1', 'shape': (2,)}", "it has descr, shape"), ("{'descr': '|u1', 'descr': '|u1'}", "appears twice"),
    ("{'descr': '|u1', 'fortran_order': Falsy, 'shape': (2,)}", "expected True or False"),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x", "text after the closing"), ("", "expected '{'"),
    ("{'descr", "expected '''"),
  ])
  func headersThatLieAreRefused(_ header: String, _ message: String) {
    expectError("the array \"x\"", message) { try decodeArray(npy(header, [1, 2])) }
  }

  @Test func arraysThatAreNoneAreRefused() {
    expectError("ends too early") { try decodeArray([]) }
    expectError("does not begin with \\x93NUMPY") { try decodeArray(Array("hello, world".utf8)) }
    expectError("format version 9") { try decodeArray(npy(npyHeader("|u1", "()"), version: 9)) }
    expectError("at most 10000 are read") { try decodeArray(npy(String(repeating: " ", count: 10_001))) }
  }

  @Test func integersThatDoNotFitAreRefused() {
    expectError("the integer 4294967296, which does not fit") {
      try decodeArray(npy(npyHeader("<i8", "(1,)"), littleEndian(Int64(1) << 32)))
    }
  }

  private func expectZipError(
    _ fragment: String, sourceLocation: SourceLocation = #_sourceLocation, _ lie: (inout ArchiveEntry) -> Void
  ) {
    var entry = ArchiveEntry(npy(npyHeader("|u1", "(2,)"), [1, 2]))
    lie(&entry)
    expectError(fragment, sourceLocation: sourceLocation) { try decode(zip([entry])) }
  }

  @Test func directoriesThatLieAreRefused() {
    expectZipError("cannot hold the 9 bytes") { $0.size = 9 }
    expectZipError("ends too early") { $0.compressedSize = 100_000 }
    expectZipError("checksum does not match") { $0.checksum ^= 1 }
    expectZipError("an entry's header is missing") { $0.start = 1 }
    expectZipError("ends too early") { $0.start = .max - 1 }
    expectZipError("needs zip64") { $0.size = .max }
    expectZipError("is encrypted") { $0.flags = 1 }
    expectZipError("method 12") { $0.method = 12 }
    expectZipError("is no .npy array") { $0.name = "../x.py" }
    expectZipError("compressed data") { $0.method = 8 }
  }

  @Test func bombsAreRefusedBeforeMemoryIsTaken() {
    expectZipError("cannot hold the 4294967294 bytes that it declares") {
      $0.method = 8
      $0.size = .max - 1
    }
  }

  @Test func archivesThatAreNoneAreRefused() throws {
    let entry = ArchiveEntry(npy(npyHeader("|u1", "(2,)"), [1, 2]))
    expectError("this is no zip archive") { try decode([]) }
    expectError("this is no zip archive") { try decode(Array("PK".utf8)) }
    expectError("ends too early") { try decode(zip([entry], count: 2)) }
    expectError("\"x\" appears twice") { try decode(zip([entry, entry])) }
    #expect(try decode(zip([entry], comment: Array("made by hand".utf8))).count == 1)
    #expect(try decode(zip([])).isEmpty)
  }

  @Test func errorsNameTheFile() throws {
    let folder = try TemporaryFolder()
    try FileSystem.writeAtomically(folder / "a.npz", [1, 2, 3])
    expectError("the file '\(folder / "a.npz")': this is no zip archive") { try NPZ.read(folder / "a.npz") }
    try FileSystem.writeAtomically(folder / "a.npz", Fixtures.storedNPZ)
    #expect(try NPZ.read(folder / "a.npz")["x"]?.floats == [0, 1, 2, 3, 4, 5])
  }

  @Test(.enabled(if: getenv("SWIFTCNN_DATA") != nil, "SWIFTCNN_DATA names no folder with mnist.npz"))
  func realMNISTIsRead() throws {
    let arrays = try NPZ.read(String(cString: getenv("SWIFTCNN_DATA")) + "/mnist.npz")
    #expect(arrays["x_train"]?.shape == [60000, 28, 28])
    #expect(arrays["x_train"]?.dtype == .uint8)
    #expect(arrays["y_test"]?.floats.prefix(5) == [7, 2, 1, 0, 4])
  }
}
