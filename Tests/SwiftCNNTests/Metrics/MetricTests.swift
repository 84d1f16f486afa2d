import Testing

@testable import SwiftCNN

@Suite("Metrics")
struct MetricTests {
  /// Four samples of three classes; the last sample's output is a tie of the first two.
  private let targets: [Float] = [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1]
  private let outputs: [Float] = [0.9, 0.1, 0, 0.2, 0.7, 0.1, 0.6, 0.3, 0.1, 0.4, 0.4, 0.1]

  private func update(
    _ tally: inout MetricTally, _ targets: [Float], _ outputs: [Float], classes: Int, weights: [Float]? = nil
  ) throws {
    let shape = [outputs.count / classes, classes]
    let (y, p) = (try Tensor(shape: shape, values: targets), try Tensor(shape: shape, values: outputs))
    let weight = try weights.map { try Tensor(shape: [$0.count], values: $0) }
    try y.withView { y in
      try p.withView { p in
        guard let weight else { return try tally.update(targets: y, outputs: p) }
        try weight.withView { try tally.update(targets: y, outputs: p, sampleWeight: $0) }
      }
    }
  }

  private func value(_ metric: Metric, weights: [Float]? = nil) throws -> Double {
    var tally = MetricTally(metric)
    try update(&tally, targets, outputs, classes: 3, weights: weights)
    return tally.value
  }

  @Test("F scores by class, with ties as answers, become one number in three ways")
  func averages() throws {
    // By class 1/2, 1/2 and 0: right 1, 1, 0, called 3, 2, 0, wanted 1, 2, 1.
    #expect(try abs(value(.f1Score(average: .macro)) - 1.0 / 3) < 1e-12)
    #expect(try abs(value(.f1Score(average: .micro)) - 4.0 / 9) < 1e-12)
    #expect(try abs(value(.f1Score(average: .weighted)) - 3.0 / 8) < 1e-12)
    // With beta 2: 5 / (4 + 3), 5 / (8 + 2) and 0.
    #expect(try abs(value(.fBetaScore(average: .macro, beta: 2)) - (5.0 / 7 + 1.0 / 2) / 3) < 1e-12)
    // Above 0.35 right are 1, 1, 0, called 3, 2, 0; above 0.5 the tie is gone.
    #expect(try abs(value(.f1Score(average: .micro, threshold: 0.35)) - 4.0 / 9) < 1e-12)
    #expect(try abs(value(.f1Score(average: .micro, threshold: 0.5)) - 4.0 / 7) < 1e-12)
    #expect(try abs(value(.f1Score(average: .micro), weights: [1, 2, 0, 0]) - 1) < 1e-12)
  }

  @Test("scores of batches are those of all samples, of as many classes as the first batch had")
  func batches() throws {
    var tally = MetricTally(.fBetaScore(average: .weighted, beta: 0.5))
    #expect(tally.value == 0)
    try update(&tally, Array(targets[..<3]), Array(outputs[..<3]), classes: 3)
    try update(&tally, Array(targets[3...]), Array(outputs[3...]), classes: 3)
    #expect(try tally.value == value(tally.metric))
    let before = tally.tallies
    let error = #expect(throws: SwiftCNNError.self) { try update(&tally, [1, 0], [1, 0], classes: 2) }
    #expect("\(try #require(error))".contains("was given 3 classes before, but y_pred has 2; reset it first"))
    #expect(tally.tallies == before)
    tally.reset()
    try update(&tally, [1, 0], [0, 0], classes: 2)
    #expect(tally.value == 0, "outputs of nothing are no answer")
  }

  @Test("the cosine is minus the loss of its name")
  func cosine() throws {
    let cosine = try value(.cosineSimilarity)
    #expect(cosine > 0.5 && cosine < 1)
    #expect(try value(.loss(.cosineSimilarity, name: "loss")) == -cosine)
  }

  @Test(
    "a metric survives its JSON",
    arguments: [
      Metric.f1Score(average: .macro), .f1Score(average: .micro, threshold: 0.5),
      .fBetaScore(average: .weighted, beta: 2, threshold: 0.25), .cosineSimilarity,
      .loss(.cosineSimilarity, name: "minus"), .loss(.huber(delta: 2), name: "huber"), .precision(topK: 2),
      .areaUnderCurve(curve: .precisionRecall).named("area", isWeighted: true),
    ])
  func json(_ metric: Metric) throws {
    #expect(try Metric(JSON.Field(try JSON.parse(metric.json.text))) == metric)
  }

  @Test(
    "a score that is no number is refused",
    arguments: [
      (#"{"threshold": 0.5}"#, "FBetaScore: average must be macro, micro or weighted, since a history holds one number"),
      (#"{"average": null}"#, "one of each class, got null"),
      (#"{"average": "mean"}"#, #"average must be 'micro' or 'macro' or 'weighted', got "mean""#),
      (#"{"average": "micro", "beta": 0}"#, "FBetaScore: beta must be a finite number above 0, got 0"),
      (#"{"average": "micro", "threshold": 0}"#, "FBetaScore: threshold must be above 0 and at most 1, or null, got 0"),
    ])
  func refused(_ config: String, _ complaint: String) throws {
    let error = #expect(throws: SwiftCNNError.self) {
      try MetricTally(configuration: #"{"class": "FBetaScore", "config": \#(config)}"#)
    }
    #expect("\(try #require(error))".contains(complaint))
  }

  @Test("in training a model that ends in softmax is scored by its probabilities")
  func training() throws {
    let model = try Sequential(input: [3], seed: 2) { Dense(3, activation: .softmax) }
    let chosen: [Metric] = [
      .f1Score(average: .macro, threshold: 0.3), .fBetaScore(average: .micro, beta: 2), .cosineSimilarity,
    ]
    try model.compile(optimizer: .sgd(), loss: .categoricalCrossentropy(), metrics: chosen)
    let (x, y) = (try Tensor(shape: [4, 3], values: values(12, seed: 1)), try Tensor(shape: [4, 3], values: targets))
    let probabilities = try model.predict(x).floats
    let told = try model.evaluate(x, y, batchSize: 3)
    for (metric, found) in zip(chosen, told.dropFirst()) {
      var tally = MetricTally(metric)
      try update(&tally, targets, probabilities, classes: 3)
      #expect(abs(tally.value - found) < 1e-7, "\(metric.name)")
    }
  }
}

extension MetricTests {
  @Test("outputs that are no numbers count as answers no, and end nothing")
  func notANumber() throws {
    let (x, y) = (try Tensor(shape: [4, 1], values: [1, 1, 1, 1]), try Tensor(shape: [4, 1], values: [0, 1, 0, 1]))
    let model = try Sequential(input: [1], seed: 1) { Dense(1) }
    let metrics: [Metric] = [.areaUnderCurve(), .precision(), .binaryAccuracy(), .topKCategoricalAccuracy()]
    try model.compile(optimizer: .sgd(learningRate: 1e30), loss: .meanSquaredError, metrics: metrics)
    let history = try model.fit(x, y, batchSize: 1, epochs: 9)
    #expect(history.values["loss"]?.last?.isFinite == false)
    #expect(history.values["auc"]?.count == 9)
  }

  @Test("a cross-entropy behind softmax or sigmoid is the loss, where probabilities are rounded too")
  func crossentropies() throws {
    let x = try Tensor(shape: [2, 1], values: [1, -1])
    let cases: [(ActivationFunction, Loss, Tensor)] = [
      (.softmax, .sparseCategoricalCrossentropy(), try Tensor(shape: [2], labels: [1, 0])),
      (.softmax, .categoricalCrossentropy(), try Tensor(shape: [2, 2], values: [0, 1, 1, 0])),
      (.sigmoid, .binaryCrossentropy(), try Tensor(shape: [2, 2], values: [0, 1, 1, 0])),
    ]
    for (activation, loss, y) in cases {
      let model = try Sequential(input: [1], seed: 1) { Dense(2, activation: activation, useBias: false) }
      try [Float(100), -100].withUnsafeBufferPointer { try model.setWeights($0) }
      try model.compile(optimizer: .sgd(learningRate: 0), loss: loss, metrics: [.loss(loss, name: "same")])
      let scores = try model.evaluate(x, y)
      #expect(scores[0] == scores[1])
      #expect(scores[0] > 50, "computed from probabilities it would be 16 at most")
      #expect(try model.trainOnBatch(x, y)[1] == scores[1])
    }
  }
}
