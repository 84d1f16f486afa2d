import Testing

@testable import SwiftCNN

/// Initial values are drawn when they are first asked for.
@Suite("Initial values")
struct InitialValuesTests {
  private func makeModel() throws -> Model {
    try Sequential(input: [5, 5, 1], seed: 3) {
      Conv2D(2, kernelSize: 3)
      Flatten()
      Dense(4)
    }
  }

  private func missing(_ model: Model) -> Set<Int> {
    model.exclusively { state in Set(model.graph.weights.indices.filter { state.initialValue($0) != nil }) }
  }

  @Test("of one weight are made without the others, and are the same alone")
  func alone() throws {
    let (model, whole) = (try makeModel(), try makeModel())
    #expect(missing(model) == [0, 1, 2, 3])
    let kernel = try Buffer<Float>(model.graph.weights[2].count, for: "a copy")
    try model.weight(2, into: kernel.values)
    #expect(missing(model) == [0, 1, 3])
    let before = model.graph.weights[..<2].map(\.count).reduce(0, +)
    let all = try whole.weights
    #expect(missing(whole).isEmpty)
    #expect(Array(kernel.values) == Array(all[before..<before + kernel.values.count]))
  }

  @Test("are never made of weights that are given, and a prediction makes the rest")
  func given() throws {
    let model = try makeModel()
    try [Float](repeating: 0.5, count: 18).withUnsafeBufferPointer { values in try model.setWeight(0, values) }
    #expect(missing(model) == [1, 2, 3])
    _ = try model.predict(try Tensor(shape: [1, 5, 5, 1], values: values(25, seed: 1)))
    #expect(missing(model).isEmpty)
    #expect(try Array(model.weights[..<18]) == [Float](repeating: 0.5, count: 18))
    let loaded = try model.serialized().withUnsafeBytes { try Model.deserialize($0) }
    #expect(missing(loaded).isEmpty)
    #expect(try loaded.weights == model.weights)
  }

  @Test("are what training begins with")
  func training() throws {
    let (model, other) = (try makeModel(), try makeModel())
    _ = try other.weights
    for each in [model, other] {
      try each.compile(optimizer: .sgd(learningRate: 0.1), loss: .meanSquaredError)
      _ = try each.trainOnBatch(
        [Tensor(shape: [2, 5, 5, 1], values: values(50, seed: 1))], [Tensor(shape: [2, 4], values: values(8, seed: 2))])
    }
    #expect(try model.weights == other.weights)
  }
}
