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

  /// Ten samples in five batches; a model that outputs its input and learns nothing, so that the loss tells which were seen.
  private func losses(
    _ model: Model, steps: Int, epochs: Int, from initialEpoch: Int = 0, first: Int? = nil, shuffle: Bool = false
  ) throws -> [Double] {
    let x = try Tensor(shape: [10, 1], values: (0..<10).map(Float.init))
    let zeros = try Tensor(shape: [10, 1], values: [Float](repeating: 0, count: 10))
    var options = FitOptions()
    (options.batchSize, options.stepsPerEpoch, options.epochs) = (2, steps, epochs)
    (options.initialEpoch, options.firstEpoch, options.shuffle) = (initialEpoch, first, shuffle)
    let history = try x.withView { x in try zeros.withView { try model.fit(x: x, y: $0, options: options) } }
    return try #require(history.values["loss"])
  }

  private func identity() throws -> Model {
    let model = try Sequential(input: [1], seed: 3) { Dense(1, useBias: false, kernelInitializer: .ones) }
    try model.compile(optimizer: .sgd(learningRate: 0), loss: .meanSquaredError)
    return model
  }

  @Test("goes on in the data from epoch to epoch where an epoch is not all of them")
  func stepsPerEpoch() throws {
    // The batches' losses are 0.5, 6.5, 20.5, 42.5 and 72.5; what is left of a pass is an epoch, as in Keras 3.15.
    #expect(try losses(identity(), steps: 1, epochs: 7) == [0.5, 6.5, 20.5, 42.5, 72.5, 0.5, 6.5])
    #expect(try losses(identity(), steps: 2, epochs: 4) == [3.5, 31.5, 72.5, 3.5])
    #expect(try losses(identity(), steps: 9, epochs: 2) == [28.5, 28.5])
  }

  @Test("goes on where an interrupted training was in the data", arguments: [false, true])
  func stepsPerEpochResumed(shuffle: Bool) throws {
    let whole = try losses(identity(), steps: 2, epochs: 8, shuffle: shuffle)
    let model = try identity()
    let begun = try losses(model, steps: 2, epochs: 5, shuffle: shuffle)
    let resumed = try losses(model, steps: 2, epochs: 8, from: 5, first: 0, shuffle: shuffle)
    #expect(begun + resumed == whole)
    #expect(!shuffle || Set(whole).count > 3, "each pass has an order of its own")
  }

  @Test("cannot be compiled meanwhile")
  func compileDuringFit() throws {
    let model = try network()
    var refused: SwiftCNNError?
    try model.fit(x, y) { event in
      if event.kind == .epochEnd {
        refused = #expect(throws: SwiftCNNError.self) { try model.compile(optimizer: .adam(), loss: .meanSquaredError) }
      }
      return .proceed
    }
    guard case .state(let message) = refused else { return #expect(Bool(false), "\(String(describing: refused))") }
    #expect(message.contains("is being fitted and cannot be compiled"))
    try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy())
    try model.fit(x, y)
  }

  @Test("looks at no more samples than the steps of an evaluation take")
  func evaluateSteps() throws {
    var pixels = values(60, seed: 1)
    pixels[59] = .nan
    let spoiled = try Tensor(shape: [20, 3], values: pixels)
    let model = try network()
    let scores = try spoiled.withView { x in try y.withView { try model.evaluate(x: x, y: $0, batchSize: 4, steps: 2) } }
    #expect(scores.allSatisfy { $0.isFinite })
    expectError("x holds nan at sample 19") { try model.evaluate(spoiled, y) }
  }

  @Test("weighs classes as Keras does: a target is rounded, and a class without a weight weighs 1")
  func classWeights() throws {
    let model = try Sequential(input: [1], seed: 1) { Dense(1, useBias: false, kernelInitializer: .zeros) }
    try model.compile(optimizer: .sgd(learningRate: 0), loss: .meanSquaredError)
    let x = try Tensor(shape: [5, 1], values: [0, 0, 0, 0, 0])
    let y = try Tensor(shape: [5, 1], values: [0.7, -0.9, 0.5, 1.5, 1e30])
    let classes: [Float] = [1, -1, 0, 2, .infinity]
    var expected = 0.0
    for (target, label) in zip(y.floats, classes).prefix(4) {
      expected += Double(target * target) * (label == 0 ? 5 : label == 1 ? 3 : 1)
    }
    let loss = try x.withView { x in
      try y.withView { y in
        try model.trainOnBatch(x: x.slice(0..<4), y: y.slice(0..<4), classWeight: [5, 3])[0]
      }
    }
    #expect(abs(loss - expected / 4) < 1e-5)
    try x.withView { x in try y.withView { _ = try model.trainOnBatch(x: x, y: $0, classWeight: [5, 3]) } }
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
        options.validation = Samples(x: x.slice(15..<20), y: y.slice(15..<20))
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
