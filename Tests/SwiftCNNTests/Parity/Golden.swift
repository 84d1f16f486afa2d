import Foundation

@testable import SwiftCNN

/// What Tests/Golden holds, read once.
struct Golden: Sendable {
  let cases: [ParityCase]
  /// The largest allowed difference by kind of value, relative to the largest golden value of the same tensor.
  let tolerances: [String: Double]
  /// "case/kind" to values: inputs, targets, and what Keras computed from them.
  let values: [String: Tensor]
  /// Case and kind of result to the digest of its bytes.
  let bits: [String: [String: String]]

  static let shared = Result { try Golden() }

  private init() throws {
    let document = JSON.Field(try JSON.parse(try Self.text("cases.json")))
    cases = try document.array("cases").map(ParityCase.init)
    tolerances = try document.member("tolerances").dictionary { try $0.number() }
    values = try Self.tensors("values.safetensors")
    bits = try JSON.Field(try JSON.parse(try Self.text("bits.json"))).member("cases").dictionary { cases in
      try cases.dictionary { try $0.string() }
    }
  }

  private static func file(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Golden/\(name)").standardized
  }

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: file(name), encoding: .utf8)
  }

  private static func tensors(_ name: String) throws -> [String: Tensor] {
    try Data(contentsOf: file(name)).withUnsafeBytes { bytes in
      var tensors: [String: Tensor] = [:]
      for entry in try SafetensorsFile.parse(bytes).tensors {
        let values = stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: 4).map { offset in
          bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)
        }
        tensors[entry.name] = try Tensor(shape: entry.shape, values: values)
      }
      return tensors
    }
  }
}

extension JSON.Field {
  fileprivate func dictionary<Value>(_ read: (JSON.Field) throws -> Value) throws -> [String: Value] {
    var dictionary: [String: Value] = [:]
    for key in try object().keys { dictionary[key] = try read(try member(key)) }
    return dictionary
  }
}
