import Testing

@testable import SwiftCNN

@Suite("Model files")
struct ModelFileTests {
  private func layers() -> [any Layer] { [Dense(3, name: "optimizer/momentum/dense"), Dense(2, name: "dense")] }

  /// Bytes with another text in place of the first `old`.
  private func replaced(_ file: [UInt8], _ old: String, _ new: String) throws -> [UInt8] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    let place = try #require(file.indices.first { file[$0...].starts(with: old) })
    return file[..<place] + new + file[(place + old.count)...]
  }

  @Test("moments never take the names of weights")
  func names() throws {
    let model = try Sequential(input: [3], seed: 1) { layers() }
    try model.compile(optimizer: .sgd(momentum: 0.9), loss: .meanSquaredError)
    let (x, y) = (try Tensor(shape: [4, 3], values: values(12, seed: 1)), try Tensor(shape: [4, 2], values: values(8, seed: 2)))
    try model.fit(x, y, batchSize: 2)
    let copy = try model.serialized().withUnsafeBytes { try Model.deserialize($0) }
    try model.fit(x, y, batchSize: 2)
    try copy.fit(x, y, batchSize: 2)
    #expect(try copy.weights == model.weights)
  }

  @Test("counters from which no training could go on are refused", arguments: ["iterations", "epochs"])
  func counters(_ name: String) throws {
    let model = try Sequential(input: [3], seed: 1) { Dense(1) }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    let file = try model.serialized()
    for count in ["-1", "9007199254740993", "9223372036854775807"] {
      let forged = try forge(file, #"\"\#(name)\": 0"#, #"\"\#(name)\": \#(count)"#)
      expectError("state holds the count \(count)") { try forged.withUnsafeBytes { try Model.deserialize($0) } }
    }
  }

  /// Replaces text in the header, whose length is corrected.
  private func forge(_ file: [UInt8], _ old: String, _ new: String) throws -> [UInt8] {
    let length = file.withUnsafeBytes { Int(UInt64(littleEndian: $0.load(as: UInt64.self))) }
    let header = try replaced(Array(file[8..<8 + length]), old, new)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + file[(8 + length)...]
  }

  @Test("a file that holds no weights asks for no memory for them")
  func bomb() throws {
    let architecture = #"{"input":{"shape":[1]},"layers":[{"class":"Dense","name":"d","config":{"units":68719476736}}]}"#
    let file = try SafetensorsFile.bytes(metadata: [("architecture", architecture)], tensors: [])
    defer { withExtendedLifetime(file) {} }
    expectError("it lacks d/bias, d/kernel") { try Model.deserialize(UnsafeRawBufferPointer(file.values)) }
  }
}
