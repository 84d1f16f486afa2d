import Testing

@testable import SwiftCNN

@Suite struct SafetensorsTests {
  private static let kernel: [Float] = [0, 1, 2, 3, 4, 5]
  private static let bias: [Float] = [0.5]

  private static func written() throws -> [UInt8] {
    try kernel.withUnsafeBufferPointer { kernel in
      try bias.withUnsafeBufferPointer { bias in
        let file = try SafetensorsFile.bytes(
          metadata: [("format", "swiftcnn")],
          tensors: [("dense/kernel", [2, 3], kernel), ("dense/bias", [1], bias)])
        return withExtendedLifetime(file) { Array(file.values) }
      }
    }
  }

  private func parse(_ file: [UInt8]) throws -> SafetensorsFile { try file.withUnsafeBytes { try SafetensorsFile.parse($0) } }

  private func values(_ name: String, _ file: [UInt8]) throws -> [Float] {
    let range = try #require(parse(file).tensor(named: name)).range
    return file[range].withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }

  /// A file with this header, and `dataBytes` zeros behind it.
  private func file(_ header: String, dataBytes: Int = 0, length: UInt64? = nil) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 0, count: dataBytes)
  }

  @Test func whatIsWrittenIsRead() throws {
    let file = try Self.written()
    let parsed = try parse(file)
    #expect(parsed.tensors.map(\.name) == ["dense/kernel", "dense/bias"])
    #expect(parsed.tensors.map(\.shape) == [[2, 3], [1]])
    #expect(try values("dense/kernel", file) == Self.kernel)
    #expect(try values("dense/bias", file) == Self.bias)
    #expect(parsed.metadata("format") == "swiftcnn")
    #expect(parsed.metadata("absent") == nil)
    #expect(parsed.tensor(named: "absent") == nil)
  }

  @Test func tensorsBeginAtAMultipleOfEightBytes() throws {
    #expect(try parse(Self.written()).tensors[0].range.lowerBound % 8 == 0)
  }

  @Test func thePublicLibrarysFileIsRead() throws {
    #expect(try values("dense/kernel", Fixtures.safetensors) == Self.kernel)
    #expect(try values("dense/bias", Fixtures.safetensors) == Self.bias)
    #expect(try parse(Fixtures.safetensors).metadata("format") == "swiftcnn")
  }

  @Test func anEmptyFileIsWrittenAndRead() throws {
    let parsed = try parse(Array(SafetensorsFile.bytes(metadata: [], tensors: []).values))
    #expect(parsed.tensors.isEmpty && parsed.metadata.isEmpty)
  }

  @Test func everyTruncationIsRefused() throws {
    for truncated in truncations(of: try Self.written()) {
      expectError { try parse(truncated) }
    }
  }

  @Test func flippedBitsAreSurvived() throws {
    func decode(_ bytes: UnsafeRawBufferPointer) throws -> SafetensorsFile { try SafetensorsFile.parse(bytes) }
    expectSurvival(of: try Self.written(), decode: decode) { parsed, damaged in
      parsed.tensors.allSatisfy { $0.range.upperBound <= damaged.count && $0.range.count == $0.shape.reduce(4, *) }
    }
  }

  @Test func aHeaderThatLiesAboutItsLengthIsRefused() {
    expectError("is said to have 9 bytes, but the file has only 2") { try parse(file("{}", length: 9)) }
    expectError("is said to have 18446744073709551615 bytes") { try parse(file("{}", length: .max)) }
    expectError("at most 100000000 are allowed") { try parse(file("{}", length: 100_000_001)) }
    expectError("header's length in 8 bytes; this one has 0") { try parse([]) }
    expectError("invalid JSON at byte 0") { try parse(file("", length: 0)) }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "overlaps"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "leaves a hole"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "ends at byte"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#, "0 <= begin <= end <= 8"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, "0 <= begin <= end"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, "0 <= begin"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#, "0 <= begin"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "has 8 bytes, but its shape (3,) of float32 needs 12"),
    (#"{"a":{"dtype":"F32","shape":[4194305,4194305,211106198978564],"data_offsets":[0,8]}}"#, "more elements than memory"),
    (#"{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}"#, "(-2, -1)"),
    (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "shape[0] must be an integer"),
    (#"{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#, "shape must be an array"),
    (#"{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}"#, "\"F16\"; only F32"),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, "lacks the field 'data_offsets'"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, "unknown field \"x\""),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{}}"#, "\"a\" appears twice"),
    (#"{"__metadata__":{"format":1}}"#, "__metadata__.format must be a string"), (#"[]"#, "must be an object"),
    (#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,9223372036854775807]}}"#, "0 <= begin <= end <= 8"),
  ])
  func aHeaderThatLiesAboutATensorIsRefused(_ header: String, _ message: String) {
    expectError(message) { try parse(file(header, dataBytes: 8)) }
  }

  @Test func aTensorWithoutElementsIsAllowed() throws {
    let header = #"{"a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}"#
    #expect(try parse(file(header)).tensors[0].shape == [0, 3])
  }

  @Test func aHundredThousandTensorsAreRead() throws {
    let entries = (0..<100_000).map { #""t\#($0)":{"dtype":"F32","shape":[1],"data_offsets":[\#($0 * 4),\#($0 * 4 + 4)]}"# }
    let parsed = try parse(file("{" + entries.joined(separator: ",") + "}", dataBytes: 400_000))
    #expect(parsed.tensors.count == 100_000)
    #expect(parsed.tensor(named: "t99999")?.range.upperBound == parsed.tensors.last?.range.upperBound)
  }
}
