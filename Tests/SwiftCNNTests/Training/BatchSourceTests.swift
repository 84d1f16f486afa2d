import Testing

@testable import SwiftCNN

@Suite("Training on batches that a source gives")
struct BatchSourceTests {
  private let x: Tensor
  private let y: Tensor

  init() throws {
    x = try Tensor(shape: [20, 3], values: values(60, seed: 1))
    y = try Tensor(shape: [20], labels: (0..<20).map { Int32($0 * 7 % 3) })
  }

  private func network(_ optimizer: Optimizer = .adam()) throws -> Model {
    let model = try Sequential(input: [3], seed: 2) {
      Dense(8, activation: .relu)
      Dropout(0.25)
      Dense(3, activation: .softmax)
    }
    try model.compile(optimizer: optimizer, loss: .sparseCategoricalCrossentropy(), metrics: [.accuracy])
    return model
  }

  /// The samples in batches of 8, of which the last has 4.
  private func generator(_ name: String = "x", perEpoch: Int = 0) -> GeneratedBatches {
    GeneratedBatches(name, perEpoch: perEpoch) { [x, y] _, batch throws(SwiftCNNError) in
      guard batch < 3 else { return nil }
      let range = batch * 8..<min(20, batch * 8 + 8)
      return .init(x: try rows(x, range), y: try labels(y, range))
    }
  }

  private func arrays(_ model: Model, _ options: FitOptions, onEvent: EventHandler? = nil) throws -> History {
    var options = options
    (options.batchSize, options.shuffle) = (8, false)
    return try x.withView { x in try y.withView { y in try model.fit(x: x, y: y, options: options, onEvent: onEvent) } }
  }

  /// Everything that is told of a fit: its events and its history.
  private func told(_ fit: (@escaping EventHandler) throws -> History) throws -> [String] {
    var told: [String] = []
    let history = try fit { event in
      told.append("\(event)")
      return .proceed
    }
    return told + ["\(history.epochs)"] + history.values.sorted { $0.key < $1.key }.map { "\($0)" }
  }

  @Test(
    "gives the bits, the history and the events of arrays with the same batches",
    arguments: [Optimizer.adam(), .sgd(average: WeightAverage())], [false, true])
  func sameAsArrays(optimizer: Optimizer, validatesSource: Bool) throws {
    var options = FitOptions()
    (options.epochs, options.classWeights, options.validationBatchSize) = (3, [[1, 2, 0.5]], 8)
    let (ofArrays, ofBatches) = (try network(optimizer), try network(optimizer))
    try x.withView { x in
      try y.withView { y in
        options.validation = Samples(x: x, y: y)
        let expected = try told { try arrays(ofArrays, options, onEvent: $0) }
        if validatesSource { (options.validation, options.validationSource) = (nil, generator("held", perEpoch: 3)) }
        let found = try told { try ofBatches.fit(generator(perEpoch: 3), options: options, onEvent: $0) }
        #expect(found == expected)
        #expect(found.count > 2 + 3 * (2 + 6 + 2 + 6))
      }
    }
    #expect(try ofBatches.weights == ofArrays.weights)
    #expect(ofBatches.iterations == 9)
  }

  @Test("validates arrays from batches, with the events and numbers of arrays")
  func validation() throws {
    var options = FitOptions()
    (options.epochs, options.validationBatchSize) = (2, 8)
    let expected = try x.withView { x in
      try y.withView { y in
        options.validation = Samples(x: x, y: y)
        return try told { try arrays(network(), options, onEvent: $0) }
      }
    }
    (options.validation, options.validationSource) = (nil, generator("held", perEpoch: 3))
    #expect(try told { try arrays(network(), options, onEvent: $0) } == expected)
  }

  @Test("evaluates and predicts as for arrays")
  func evaluation() throws {
    let model = try network()
    #expect(try model.evaluate(generator()).values == model.evaluate([x], [y], batchSize: 8))
    #expect(try model.predict(generator()) == model.predict([x], batchSize: 8))
    #expect(try model.evaluate(generator(), steps: 1).values == model.evaluate([rows(x, 0..<8)], [labels(y, 0..<8)]))
    #expect(try model.predict(generator(), steps: 2)[0].shape == [16, 3])
    var batches = 0
    let begun = try model.predict(generator()) { event in
      batches += 1
      return event.samples == 16 ? .stop : .proceed
    }
    #expect(begun[0].shape == [16, 3] && batches == 2)
  }

  @Test("validates after the epochs that are named")
  func validationEpochs() throws {
    var options = FitOptions()
    (options.epochs, options.validationEpochs, options.validationSource) = (4, [0, 3], generator())
    var tests: [Int] = []
    let history = try network().fit(generator(), options: options) { event in
      if event.kind == .testBegin { tests.append(event.epoch) }
      return .proceed
    }
    #expect(tests == [0, 3])
    #expect(history.values["val_loss"]?.count == 2 && history.values["loss"]?.count == 4)
  }

  @Test("ends an epoch after so many steps, and when a callback says so")
  func ends() throws {
    let source = Recorder(generator())
    var options = FitOptions()
    (options.epochs, options.stepsPerEpoch) = (3, 2)
    let model = try network()
    try model.fit(source, options: options) { $0.epoch == 1 && $0.kind == .trainBatchEnd ? .stop : .proceed }
    #expect(model.iterations == 3)
    #expect(source.calls == ["begin 0", "next", "next", "end", "begin 1", "next", "end"])
  }

  @Test("ends as if all were done when the source has no more epochs")
  func runsOut() throws {
    let source = Recorder(generator())
    source.epochs = 2
    var options = FitOptions()
    options.epochs = 9
    var last: Event?
    let history = try network().fit(source, options: options) {
      last = $0
      return .proceed
    }
    #expect(history.epochs == [0, 1])
    #expect(last?.kind == .trainEnd && last?.epoch == 1)
  }

  @Test("ends with the error that a source throws; what was learned stays")
  func failure() throws {
    let (model, other) = (try network(), try network())
    let failing = GeneratedBatches { [x, y] _, batch throws(SwiftCNNError) in
      if batch == 2 { throw .io("the disk is gone", code: 5) }
      return .init(x: try rows(x, 0..<8), y: try labels(y, 0..<8))
    }
    let source = Recorder(failing)
    #expect(throws: SwiftCNNError.io("the disk is gone", code: 5)) { try model.fit(source) }
    #expect(source.calls == ["begin 0", "next", "next", "next"], "nothing is called after an error")
    for _ in 0..<2 { try other.trainOnBatch(rows(x, 0..<8), labels(y, 0..<8)) }
    #expect(try model.weights == other.weights)
    try model.fit(generator())
  }

  @Test("says which batch is wrong, and of what")
  func mistakes() throws {
    let wrong = GeneratedBatches("flowers") { [x, y] _, batch throws(SwiftCNNError) in
      let right = try labels(y, 0..<8)
      return .init(x: try rows(x, 0..<8), y: batch == 1 ? try Tensor(shape: [8], labels: [3, 0, 0, 0, 0, 0, 0, 0]) : right)
    }
    expectError("batch 1 of flowers: y holds 3 at sample 0") { try network().fit(wrong) }
    expectError("batch 1 of flowers: y holds 3 at sample 0") { try network().evaluate(wrong) }
    expectError("batch 0 of the generator: x must have the shape (None, 3)") {
      try network().predict(GeneratedBatches { [y] _, _ in .init(inputs: [y]) })
    }
    expectError("batch 0 of the generator: the model has 1 output, got targets for 0") {
      try network().fit(GeneratedBatches { [x] _, _ in .init(inputs: [x]) })
    }
    expectError("the generator gave no batch; it must give at least one") { try network().fit(GeneratedBatches { _, _ in nil }) }
    var options = FitOptions()
    options.validationSplit = 0.5
    expectError("validation_split needs arrays") { try network().fit(generator(), options: options) }
    (options.validationSplit, options.validationSource) = (0, generator())
    let source = Recorder(generator())
    source.epochs = 0
    expectError("the source has no more batches") { try network().evaluate(source) }
    x.withView { x in
      y.withView { y in
        options.validation = Samples(x: x, y: y)
        expectError("got arrays and batches to validate with") { try network().fit(generator(), options: options) }
      }
    }
  }

  @Test("trains several outputs, each with weights of its own")
  func severalOutputs() throws {
    func made() throws -> Model {
      let input = Input([3])
      let hidden = Dense(4, activation: .relu)(input)
      let model = try Model(inputs: [input], outputs: [Dense(3, activation: .softmax)(hidden), Dense(1)(hidden)], seed: 3)
      try model.compile(
        optimizer: .adam(),
        outputs: [(.sparseCategoricalCrossentropy(), 1, [.accuracy]), (.meanSquaredError, 0.5, [])])
      return model
    }
    let (one, other) = (try made(), try made())
    let heights = try Tensor(shape: [20, 1], values: values(20, seed: 5))
    let weights = try Tensor(shape: [20], values: (0..<20).map { Float($0 % 4) })
    var options = FitOptions()
    (options.batchSize, options.shuffle, options.epochs, options.classWeights) = (8, false, 2, [[1, 3, 2], nil])
    let expected = try x.withView { x in
      try y.withView { y in
        try heights.withView { heights in
          try weights.withView { weights in
            let samples = Samples(inputs: [x], targets: [y, heights], sampleWeights: [nil, weights])
            return try one.fit(samples, options: options)
          }
        }
      }
    }
    let source = GeneratedBatches { [x, y] _, batch throws(SwiftCNNError) in
      guard batch < 3 else { return nil }
      let range = batch * 8..<min(20, batch * 8 + 8)
      return .init(
        inputs: [try rows(x, range)], targets: [try labels(y, range), try rows(heights, range)],
        sampleWeights: [nil, try vector(weights, range)])
    }
    let found = try other.fit(source, options: options)
    #expect(found.values == expected.values)
    #expect(found.values.count == 4)
    #expect(try other.weights == one.weights)
  }

  @Test("every batch may have images of another size")
  func sizes() throws {
    let architecture = """
      {"format": 1, "class": "Sequential", "input": {"shape": [null, null, 1]}, "layers": [
        {"class": "Conv2D", "config": {"filters": 3, "kernel_size": [3, 3]}}, {"class": "GlobalAveragePooling2D"},
        {"class": "Dense", "config": {"units": 2, "activation": "softmax"}}]}
      """
    let (one, other) = (try Model(architecture: architecture, seed: 1), try Model(architecture: architecture, seed: 1))
    for model in [one, other] { try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy()) }
    func batch(_ size: Int) throws(SwiftCNNError) -> GeneratedBatches.Batch {
      let pixels = values(2 * size * size, seed: UInt64(size))
      return .init(
        x: try Tensor(shape: [2, size, size, 1], values: pixels), y: try Tensor(shape: [2], labels: [0, 1]))
    }
    let sizes = [8, 12, 9]
    let source = GeneratedBatches(perEpoch: 3) { _, number throws(SwiftCNNError) in try batch(sizes[number]) }
    try one.fit(source)
    for size in sizes { try other.trainOnBatch(batch(size).inputs, batch(size).targets) }
    #expect(try one.weights == other.weights)
    #expect(try one.predict(source)[0].shape == [6, 2])
    #expect(try one.evaluate(source).values[0].isFinite)
  }

  @Test("may use the model while it makes a batch")
  func reentry() throws {
    let model = try network()
    let seen = Recorder(generator())
    seen.onNext = { [x] in _ = try? model.predict([x]) }
    try model.fit(seen)
    #expect(model.iterations == 3)
  }
}

/// Another source, whose calls it lists.
private final class Recorder: BatchSource {
  private let source: GeneratedBatches
  var calls: [String] = []
  var epochs = Int.max
  var onNext = {}

  init(_ source: GeneratedBatches) { self.source = source }

  func beginEpoch(_ epoch: Int) -> Bool {
    calls.append("begin \(epoch)")
    return source.beginEpoch(epoch) && epoch < epochs
  }

  func nextBatch() throws(SwiftCNNError) -> Samples? {
    calls.append("next")
    onNext()
    return try source.nextBatch()
  }

  func endEpoch() {
    calls.append("end")
    source.endEpoch()
  }
}

private func rows(_ tensor: Tensor, _ range: Range<Int>) throws(SwiftCNNError) -> Tensor {
  let columns = tensor.shape[1]
  return try Tensor(
    shape: [range.count, columns], values: Array(tensor.floats[range.lowerBound * columns..<range.upperBound * columns]))
}

private func vector(_ tensor: Tensor, _ range: Range<Int>) throws(SwiftCNNError) -> Tensor {
  try Tensor(shape: [range.count], values: Array(tensor.floats[range]))
}

private func labels(_ tensor: Tensor, _ range: Range<Int>) throws(SwiftCNNError) -> Tensor {
  try Tensor(shape: [range.count], labels: tensor.floats[range].map { Int32($0) })
}
