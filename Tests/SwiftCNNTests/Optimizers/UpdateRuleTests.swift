import Glibc
import Testing

@testable import SwiftCNN

/// Rules whose values are not, or not only, compared with Keras's: by their formulas in double precision.
@Suite("Update rules")
struct UpdateRuleTests {
  @Test(
    "an optimizer survives its JSON",
    arguments: [
      Optimizer.adagrad(learningRate: 0.1, initialAccumulator: 0.2), .adadelta(rho: 0.9), .adamax(beta1: 0.8),
      .nadam(beta2: 0.9, epsilon: 1e-3), .lion(beta2: 0.5),
      .ftrl(learningRatePower: -1, initialAccumulator: 0.2, l1: 0.3, l2: 0.4, l2Shrinkage: 0.5, beta: 0.6),
    ])
  func json(_ optimizer: Optimizer) throws {
    #expect(try Optimizer(JSON.Field(try JSON.parse(optimizer.json.text))) == optimizer)
  }

  @Test("three steps of Ftrl are those of its formula", arguments: [-0.5, -0.7, -1, 0])
  func ftrl(power: Double) throws {
    let optimizer = Optimizer.ftrl(
      learningRate: 0.5, learningRatePower: power, initialAccumulator: 0.3, l1: 0.2, l2: 0.1, l2Shrinkage: 0.05, beta: 0.4)
    let start = values(48, seed: 3)
    let gradients = (0..<3).map { values(48, seed: 10 + $0) }
    let found = try steps(of: optimizer, from: start, gradients)
    let expected = start.indices.map { i in
      var (w, n, z) = (Double(start[i]), 0.3, 0.0)
      for gradient in gradients {
        let g = Double(gradient[i])
        let (before, after) = (pow(n, -power), pow(n + g * g, -power))
        z += g + 2 * 0.05 * w - (after - before) / 0.5 * w
        n += g * g
        w = (min(max(z, -0.2), 0.2) - z) / (after / 0.5 + 2 * 0.1 + 0.4 / 0.5)
      }
      return w
    }
    // Keras's order of operations loses some digits where n grows little.
    expectClose(found, expected, relative: 2e-6)
    #expect(found.contains(0) && !found.allSatisfy { $0 == 0 })
  }

  @Test("Ftrl leaves a weight alone that has had no gradient, and all of them at a rate of 0")
  func idleFtrl() throws {
    let start = values(16, seed: 3)
    let none = [[Float](repeating: 0, count: 16)]
    #expect(try steps(of: .ftrl(initialAccumulator: 0), from: start, none) == start)
    #expect(try steps(of: .ftrl(learningRate: 0), from: start, [values(16, seed: 4)]) == start)
  }

  /// The weights after a step with each of the gradients.
  private func steps(of optimizer: Optimizer, from start: [Float], _ gradients: [[Float]]) throws -> [Float] {
    let kernels = try InstructionSet.chosen().kernels
    var weights = start
    let slots = try optimizer.slots.map { name in
      let buffer = try FloatBuffer(start.count, for: "a slot")
      buffer.values.update(repeating: optimizer.initialValue(of: name))
      return buffer
    }
    withExtendedLifetime(slots) {
      for (step, gradient) in gradients.enumerated() {
        optimizer.update(
          kernels, weights: &weights, gradients: gradient, slots: slots.map(\.pointer), range: 0..<start.count,
          rate: optimizer.learningRate.value(at: step), step: step + 1)
      }
    }
    return weights
  }
}
