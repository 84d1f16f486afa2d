import Testing

@testable import SwiftCNN

@Suite struct IDXTests {
  private func decode(_ file: [UInt8]) throws -> Tensor { try file.withUnsafeBytes { try IDX.decode($0) } }

  private func idx(_ type: UInt8, _ shape: [UInt32], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { bigEndian($0) } + elements
  }

  @Test func bytesAreKept() throws {
    #expect(try decode(idx(8, [2, 3], [1, 2, 3, 4, 5, 6])) == Tensor(shape: [2, 3], bytes: [1, 2, 3, 4, 5, 6]))
  }

  @Test func everyTypeIsRead() throws {
    #expect(try decode(idx(0x09, [2], [255, 1])) == Tensor(shape: [2], labels: [-1, 1]))
    #expect(try decode(idx(0x0B, [1], bigEndian(Int16(-300)))) == Tensor(shape: [1], labels: [-300]))
    #expect(try decode(idx(0x0C, [1], bigEndian(Int32(70000)))) == Tensor(shape: [1], labels: [70000]))
    #expect(try decode(idx(0x0D, [1], bigEndian(Float(1.5).bitPattern))) == Tensor(shape: [1], values: [1.5]))
    #expect(try decode(idx(0x0E, [1], bigEndian(2.5.bitPattern))) == Tensor(shape: [1], values: [2.5]))
  }

  @Test func gzippedFilesAreRead() throws {
    #expect(try decode(Fixtures.gzippedIDX) == Tensor(shape: [2, 3], bytes: [1, 2, 3, 4, 5, 255]))
  }

  @Test func headersThatLieAreRefused() {
    expectError("has 7 bytes, but the file holds 6") { try decode(idx(8, [7], [1, 2, 3, 4, 5, 6])) }
    expectError("has 5 bytes, but the file holds 6") { try decode(idx(8, [5], [1, 2, 3, 4, 5, 6])) }
    expectError("more elements than memory can hold") { try decode(idx(8, [.max, .max, .max], [])) }
    expectError("9 axes; at most 8") { try decode(idx(8, [UInt32](repeating: 1, count: 9), [1])) }
    expectError("ends too early") { try decode([0, 0, 8, 255, 0, 0]) }
    expectError("element type 0x7") { try decode(idx(7, [1], [1])) }
    expectError("does not begin with two zero bytes") { try decode([1, 0, 8, 1]) }
    expectError("ends too early") { try decode([]) }
  }

  @Test func damagedFilesAreSurvived() {
    let plain = idx(8, [2, 3], [1, 2, 3, 4, 5, 6])
    for file in [plain, Fixtures.gzippedIDX] {
      for truncated in truncations(of: file) { expectError { try decode(truncated) } }
    }
    expectSurvival(of: plain, decode: IDX.decode) { tensor, _ in tensor.count == tensor.shape.reduce(1, *) }
    // What is not covered by the checksum (time, name, …) may change without harm.
    expectSurvival(of: Fixtures.gzippedIDX, decode: IDX.decode) { tensor, _ in tensor.floats == [1, 2, 3, 4, 5, 255] }
  }

  @Test func gzipHeadersWithEveryFieldAreSkipped() throws {
    let fixture = Fixtures.gzippedIDX
    let afterName = 10 + "digits.idx".utf8.count + 1
    let header: [UInt8] = [0x1F, 0x8B, 8, 0b1_1110, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 65, 0, 66, 0, 7, 7]
    #expect(try decode(header + fixture[afterName...]).floats == [1, 2, 3, 4, 5, 255])
  }

  @Test func gzipThatLiesIsRefused() {
    var file = Fixtures.gzippedIDX
    file[2] = 7
    expectError("compressed by method 7") { try decode(file) }
    file = Fixtures.gzippedIDX
    file.replaceSubrange((file.count - 4)..., with: [0xFF, 0xFF, 0xFF, 0xFF])
    expectError("cannot hold the 4294967295 bytes") { try decode(file) }
    expectError("compressed data") { try decode(Fixtures.gzippedIDX + Fixtures.gzippedIDX) }
  }

  @Test func errorsNameTheFile() throws {
    let folder = try TemporaryFolder()
    try FileSystem.writeAtomically(folder / "digits", [1, 2, 3])
    expectError("the file '\(folder / "digits")': this is no IDX file") { try IDX.read(folder / "digits") }
    try FileSystem.writeAtomically(folder / "digits.gz", Fixtures.gzippedIDX)
    #expect(try IDX.read(folder / "digits.gz").shape == [2, 3])
  }
}
