import Testing

@testable import SwiftCNN

/// One case of Tests/Golden/cases.json, which the Python suite runs too; see Tests/Golden/README.md.
struct ParityCase: Sendable, CustomTestStringConvertible {
  let name: String
  let architecture: String
  let configuration: String
  let salt: UInt32
  let scales: [Float]
  let offsets: [Float]
  let batchSize: Int
  let steps: Int
  /// Epochs of an additional `fit`, or 0.
  let fitEpochs: Int

  var testDescription: String { name }

  init(_ json: JSON.Field) throws {
    name = try json.member("name").string()
    architecture = try json.member("architecture").value.text
    configuration = try json.member("compile").value.text
    let weights = try json.member("weights")
    salt = UInt32(try weights.member("salt").integer())
    scales = try weights.array("scales").map { Float(try $0.number()) }
    let given = try weights["offsets"]?.elements().map { Float(try $0.number()) }
    offsets = given ?? scales.map { _ in 0 }
    batchSize = try json.integer("batch_size")
    steps = try json.integer("steps")
    fitEpochs = try json.integer("fit_epochs")
  }

  /// The weights that the case starts from, end to end: tensor i is noise of salt + i, times its scale, plus its offset.
  func weights(_ specs: [WeightSpec]) -> [Float] {
    precondition(specs.count == scales.count, "\(name) has \(scales.count) scales for \(specs.count) weights")
    return specs.indices.flatMap { index in
      noise(salt: salt + UInt32(index), count: specs[index].shape.reduce(1, *)).map { $0 * scales[index] + offsets[index] }
    }
  }
}

/// Numbers in [-1, 1) that any language makes alike: an integer hash of (salt, index), 24 bits of it, exact in float32.
func noise(salt: UInt32, count: Int) -> [Float] {
  (0..<count).map { index in
    var hash = UInt32(index + 1) &* 0x9E37_79B1 &+ salt &* 0x85EB_CA77
    hash ^= hash >> 15
    hash = hash &* 0x2C1B_3C6D
    hash ^= hash >> 12
    hash = hash &* 0x297A_2D39
    hash ^= hash >> 15
    return Float(hash >> 8) * 0x1p-23 - 1
  }
}
