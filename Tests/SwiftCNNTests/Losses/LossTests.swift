import Testing

@testable import SwiftCNN

@Suite("Losses")
struct LossTests {
  @Test("a loss survives its JSON, by itself and as a metric", arguments: Loss.registry + [.huber(delta: 2)])
  func json(_ loss: Loss) throws {
    #expect(try Loss(JSON.Field(try JSON.parse(loss.json.text))) == loss)
    // The metrics of these names compute the same, in double precision: a file names them.
    guard loss != .meanSquaredError, loss != .meanAbsoluteError else { return }
    let metric = Metric.loss(loss)
    #expect(try Metric(JSON.Field(try JSON.parse(metric.json.text))) == metric)
  }

  @Test("losses differ by their settings")
  func equality() {
    #expect(Loss.huber() == .huber(delta: 1))
    #expect(Loss.huber() != .huber(delta: 2))
    #expect(Loss.categoricalCrossentropy() != .binaryCrossentropy())
  }

  @Test("a loss and a metric that cannot be are refused in compile")
  func refused() throws {
    let model = try Sequential(input: [3], seed: 1) { Dense(3) }
    expectError("Huber: delta must be a finite number above 0, got -1.0") { try model.compile(loss: .huber(delta: -1)) }
    expectError("TopKCategoricalAccuracy: k must be a positive integer, got 0") {
      try model.compile(loss: .meanSquaredError, metrics: [.topKCategoricalAccuracy(k: 0)])
    }
  }

  @Test("a loss as a metric has the name of Keras's metric")
  func names() {
    #expect(Metric.loss(.huber()).name == "huber")
    #expect(Metric.loss(.logCosh).name == "logcosh")
    #expect(Metric.loss(.klDivergence).name == "kl_divergence")
  }
}
