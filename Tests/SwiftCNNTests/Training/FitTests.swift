import Testing

@testable import SwiftCNN

@Suite("The training loop")
struct FitTests {
  private let x: Tensor
  private let y: Tensor

  init() throws {
    x = try Tensor(shape: [20, 3], values: values(60, seed: 1))
    y = try Tensor(shape: [20], labels: (0..<20).map { Int32($0 % 2) })
  }

  private func network() throws -> Model {
    let model = try Sequential(input: [3], seed: 2) { Dense(2, activation: .softmax) }
    try model.compile(optimizer: .sgd(), loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
    return model
  }

  @Test("tells what happens, in order, with the right counts")
  func events() throws {
    var events: [Event] = []
    try network().fit(x, y, batchSize: 8, epochs: 1, validation: (x, y)) {
      events.append($0)
      return .proceed
    }
    let kinds = events.map(\.kind)
    let train: [Event.Kind] = [.trainBatchBegin, .trainBatchEnd]
    let test: [Event.Kind] = [.testBatchBegin, .testBatchEnd]
    let expected =
      [.trainBegin, .epochBegin] + train + train + train + [.testBegin] + test + test + test + [
        .testEnd, .epochEnd, .trainEnd,
      ]
    #expect(kinds == expected)
    #expect(events.filter { $0.kind == .trainBatchEnd }.map(\.samples) == [8, 16, 20])
    #expect(events.first { $0.kind == .epochEnd }?.values.count == 4)
  }

  @Test("stops after the batch when asked to, and keeps the history")
  func stop() throws {
    var batches = 0
    let history = try network().fit(x, y, batchSize: 5, epochs: 9) { event in
      if event.kind == .trainBatchEnd { batches += 1 }
      return batches == 6 ? .stop : .proceed
    }
    #expect(batches == 6)
    #expect(history.epochs == [0, 1])
    #expect(history.values["loss"]?.count == 2)
  }

  @Test("is cancelled by a callback, keeps what was learned, and can be fitted again")
  func cancel() throws {
    let model = try network()
    let before = try model.weights
    let error = #expect(throws: SwiftCNNError.self) {
      try model.fit(x, y, batchSize: 5) { $0.kind == .trainBatchEnd ? .cancel : .proceed }
    }
    #expect(error == .cancelled)
    #expect(try model.weights != before)
    #expect(model.iterations == 1)
    try model.fit(x, y)
  }

  @Test("validation_split takes the last samples")
  func validationSplit() throws {
    let history = try network().fit(x, y, epochs: 1, validationSplit: 0.25)
    let model = try network()
    try x.withView { x in
      try y.withView { y in
        var options = FitOptions()
        options.validation = (x.slice(15..<20), y.slice(15..<20), nil)
        let explicit = try model.fit(x: x.slice(0..<15), y: y.slice(0..<15), options: options)
        #expect(explicit.values == history.values)
      }
    }
  }

  @Test("a second fit of the same model is refused; prediction and evaluation inside a callback are not")
  func reentry() throws {
    let model = try network()
    var complaints: [String] = []
    try model.fit(x, y, batchSize: 20) { event in
      guard event.kind == .trainBatchEnd else { return .proceed }
      do {
        _ = try model.predict(x)
        _ = try model.evaluate(x, y)
        try model.fit(x, y)
      } catch { complaints.append("\(error)") }
      return .proceed
    }
    #expect(complaints.count == 1)
    #expect(complaints.first?.contains("already being fitted") == true)
  }

  @Test("a loss with weights is divided by the number of samples, and weights of 0 silence a sample")
  func sampleWeights() throws {
    let model = try network()
    let whole = try model.evaluate(x, y)[0]
    let weights = try Tensor(shape: [20], values: (0..<20).map { $0 < 10 ? 2 : 0 })
    let weighted = try x.withView { x in
      try y.withView { y in try weights.withView { try model.evaluate(x: x, y: y, sampleWeight: $0)[0] } }
    }
    let half = try x.withView { x in
      try y.withView { y in try model.evaluate(x: x.slice(0..<10), y: y.slice(0..<10))[0] }
    }
    #expect(abs(weighted - half) < 1e-6)
    #expect(abs(weighted - whole) > 1e-4)
  }

  @Test("what cannot be trained on is refused before a weight changes")
  func refusals() throws {
    let model = try network()
    let before = try model.weights
    let cases: [(Tensor, Tensor, String)] = [
      (x, try Tensor(shape: [19], labels: Array(repeating: 0, count: 19)), "same number of samples"),
      (x, try Tensor(shape: [20], labels: Array(repeating: 2, count: 20)), "y holds 2 at sample 0"),
      (x, try Tensor(shape: [20], labels: Array(repeating: -1, count: 20)), "y holds -1 at sample 0"),
      (x, try Tensor(shape: [20], values: Array(repeating: 0.5, count: 20)), "class numbers must be whole"),
      (x, try Tensor(shape: [20, 2], values: Array(repeating: 0.5, count: 40)), "For one-hot targets use"),
      (try Tensor(shape: [20, 4], values: Array(repeating: 0, count: 80)), y, "x must have the shape (None, 3)"),
      (try Tensor(shape: [20, 3], values: Array(repeating: .nan, count: 60)), y, "x holds nan at sample 0"),
      (try Tensor(shape: [0, 3], values: []), try Tensor(shape: [0], labels: []), "no samples"),
    ]
    for (x, y, complaint) in cases {
      let error = try #require(throws: SwiftCNNError.self) { try model.fit(x, y) }
      #expect(error.description.contains(complaint), "\(error)")
    }
    #expect(try model.weights == before)
  }

  @Test("an uncompiled model says so")
  func uncompiled() throws {
    let model = try Sequential(input: [3]) { Dense(2) }
    let error = try #require(throws: SwiftCNNError.self) { try model.fit(x, y) }
    #expect(error.description.contains("call compile first"))
  }
}
