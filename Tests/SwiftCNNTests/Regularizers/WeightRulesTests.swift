import CSwiftCNN
import Glibc
import Testing

@testable import SwiftCNN

@Suite("Regularizers and constraints")
struct WeightRulesTests {
  @Test("the penalty is the same whatever the number of threads")
  func penalty() throws {
    let kernels = try InstructionSet.chosen().kernels
    let weights = values(70_003, seed: 5)
    let penalty = Penalty([
      .init(range: 0..<40_000, regularizer: .l2(0.1)),
      .init(range: 40_000..<70_003, regularizer: Regularizer(l1: 0.2, l2: 0.3)),
    ])
    let results = [1, 2, 3].map { threads in
      var gradients = [Float](repeating: 1, count: weights.count)
      let loss = weights.withUnsafeBufferPointer { weights in
        // Invariant: it is not empty.
        penalty.evaluate(kernels, weights: { _ in weights.baseAddress! }, gradients: &gradients, threads: threads)
      }
      return (loss, gradients)
    }
    #expect(results.allSatisfy { $0 == results[0] })
    let loss = weights.enumerated().reduce(0.0) { sum, each in
      let value = Double(each.element)
      return sum + (each.offset < 40_000 ? 0.1 * value * value : 0.2 * value.magnitude + 0.3 * value * value)
    }
    #expect(abs(results[0].0 - loss) < 1e-5 * loss)
    let last = weights[70_002]
    #expect(abs(results[0].1[70_002] - (1 + (last > 0 ? 0.2 : -0.2) + 0.6 * last)) < 1e-6)
  }

  @Test("norms run over any axes, on any number of threads", arguments: [[0], [1], [0, 2], [-1], [0, 1, 2]])
  func norms(axes: [Int]) {
    let shape = [3, 5, 200]
    let before = values(3000, seed: 4)
    let results = [1, 3].map { threads in
      var weights = before
      Constraint.unitNorm(axes: axes).apply(to: &weights, shape: shape, threads: threads)
      return weights
    }
    #expect(results[0] == results[1])
    let summed = Set(axes.map { $0 < 0 ? $0 + 3 : $0 })
    var squares: [[Int]: Float] = [:]
    for (i, value) in results[0].enumerated() {
      let place = [i / 1000, i / 200 % 5, i % 200]
      squares[place.indices.map { summed.contains($0) ? 0 : place[$0] }, default: 0] += value * value
    }
    #expect(squares.count == shape.indices.reduce(1) { summed.contains($1) ? $0 : $0 * shape[$1] })
    #expect(squares.values.allSatisfy { abs($0 - 1) < 1e-5 })
  }

  @Test("rules are part of the architecture")
  func architecture() throws {
    let model = try Sequential(input: [3], seed: 2) {
      Dense(4).regularized("kernel", by: .l1(0.5)).constrained("bias", to: .maxNorm(3, axes: [0]))
      Dense(1).regularized("bias", by: Regularizer(l1: 0.5, l2: 0.25)).constrained("kernel", to: .minMaxNorm(rate: 0.5))
    }
    let copy = try Model(architecture: model.architecture, seed: 2)
    #expect(copy.architecture == model.architecture)
    #expect(copy.graph.weights.map(\.regularizer) == [.l1(0.5), nil, nil, Regularizer(l1: 0.5, l2: 0.25)])
    #expect(copy.graph.weights.map(\.constraint) == [nil, .maxNorm(3, axes: [0]), .minMaxNorm(rate: 0.5), nil])
  }

  @Test("a rule for a weight that is not there is refused")
  func unknown() throws {
    let error = #expect(throws: SwiftCNNError.self) {
      try Sequential(input: [3]) { Dense(4).regularized("gamma", by: .l2()) }
    }
    #expect("\(try #require(error))".contains("dense has no weight 'gamma' to regularize or constrain; it has kernel, bias"))
  }
}
