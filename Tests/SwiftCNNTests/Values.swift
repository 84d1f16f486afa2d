import Testing

@testable import SwiftCNN

/// Numbers in [-1, 1), the same in every run.
func values(_ count: Int, seed: UInt64) -> [Float] {
  let random = Philox(seed: seed)
  return (0..<count).map { Float(Int32(bitPattern: random.block([UInt32($0), 0, 0, 0]).x)) * 0x1p-31 }
}

/// Every value within `relative` of the largest expected one.
func expectClose(_ actual: [Float], _ expected: [Double], relative: Double, _ location: SourceLocation = #_sourceLocation) {
  #expect(actual.count == expected.count, sourceLocation: location)
  let scale = expected.reduce(0) { max($0, abs($1)) }
  let worst = zip(actual, expected).map { abs(Double($0) - $1) }.max() ?? 0
  #expect(worst <= relative * scale, "largest error \(worst) of values up to \(scale)", sourceLocation: location)
}

extension Model {
  /// Loss and all gradients of one batch, without dropout unless `training`.
  func gradients(_ x: Tensor, _ y: Tensor, training: Bool = false) throws -> (loss: Double, gradients: [Float]) {
    var gradients = [Float](repeating: 0, count: parameterCount)
    let loss = try gradients.withUnsafeMutableBufferPointer { target in
      try x.withView { x in try y.withView { y in try self.gradients(x: x, y: y, training: training, into: target) } }
    }
    return (loss, gradients)
  }
}
