import Testing

@testable import SwiftCNN

/// Processors are slow with numbers below 1.2e-38.
@Suite("Numbers too small for a normal float count as zero inside the engine, and only there")
struct DenormalTests {
  /// A network that its caller computes alone, and one that is shared by threads.
  @Test("in predictions, evaluation and training", arguments: [1, 512])
  func everywhere(units: Int) throws {
    let model = try Sequential(input: [512], seed: 1) { Dense(units, useBias: false, kernelInitializer: .ones) }
    try model.compile(optimizer: .sgd(learningRate: 1), loss: .meanSquaredError)
    let x = try Tensor(shape: [64, 512], values: Array(repeating: 1e-39, count: 64 * 512))
    let y = try Tensor(shape: [64, units], values: Array(repeating: -1, count: 64 * units))
    let before = try model.weights

    #expect(try model.predict(x).floats.allSatisfy { $0 == 0 })
    #expect(try model.evaluate(x, y)[0] == 1)
    #expect(try model.gradients(x, y).gradients.allSatisfy { $0 == 0 })
    try model.trainOnBatch(x, y)
    try model.fit(x, y, epochs: 1)
    #expect(try model.weights == before)
    #expect(before.map { $0 * 1e-39 }.allSatisfy { $0 > 0 }, "the caller's own arithmetic has changed")
  }
}
