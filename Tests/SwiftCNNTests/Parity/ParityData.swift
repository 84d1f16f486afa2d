@testable import SwiftCNN

/// The images, targets and sample weights of a case, or of one batch of it.
struct ParityData {
  let x: Tensor
  let y: Tensor
  let sampleWeight: Tensor?

  var rows: Int { x.shape[0] }

  init(_ parity: ParityCase, golden: Golden) throws {
    func tensor(_ kind: String) throws -> Tensor {
      guard let tensor = golden.values["\(parity.name)/\(kind)"] else { throw MissingValue(name: "\(parity.name)/\(kind)") }
      return tensor
    }
    x = try tensor("x")
    y = try tensor("y")
    sampleWeight = try? tensor("sample_weight")
  }

  private init(x: Tensor, y: Tensor, sampleWeight: Tensor?) {
    self.x = x
    self.y = y
    self.sampleWeight = sampleWeight
  }

  func batch(_ rows: Range<Int>) throws -> ParityData {
    ParityData(x: try x.rows(rows), y: try y.rows(rows), sampleWeight: try sampleWeight?.rows(rows))
  }

  func withViews<Result>(_ body: (ArrayView, ArrayView, ArrayView?) throws -> Result) throws -> Result {
    try x.withView { x in
      try y.withView { y in
        guard let sampleWeight else { return try body(x, y, nil) }
        return try sampleWeight.withView { weight in try body(x, y, weight) }
      }
    }
  }
}

struct MissingValue: Error {
  let name: String
}

extension Tensor {
  fileprivate func rows(_ rows: Range<Int>) throws -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    let values = Array(floats[rows.lowerBound * size..<rows.upperBound * size])
    return try Tensor(shape: [rows.count] + shape.dropFirst(), values: values)
  }
}

extension Model {
  func setAllWeights(_ values: [Float]) throws {
    try values.withUnsafeBufferPointer { try setWeights($0) }
  }

  func lossAndGradients(_ data: ParityData) throws -> (Double, [Float]) {
    var gradients = [Float](repeating: 0, count: parameterCount)
    let loss = try gradients.withUnsafeMutableBufferPointer { gradients in
      try data.withViews { x, y, weight in
        try self.gradients(x: x, y: y, sampleWeight: weight, into: gradients)
      }
    }
    return (loss, gradients)
  }
}
