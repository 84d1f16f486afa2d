import CKernels

/// A metric for use outside of a model: it takes targets and outputs batch by batch, and returns its value over all of them.
public struct MetricTally: Sendable {
  /// The metric that is computed.
  public let metric: Metric
  /// The sums that it keeps between batches; empty before the first batch.
  public private(set) var tallies: [Double] = []

  /// A tally without any batch.
  public init(_ metric: Metric) { self.metric = metric }

  /// A tally of the metric that a JSON description names.
  ///
  /// - Parameters:
  ///   - json: the metric's description, as docs/model-format.md describes it.
  ///   - tallies: the sums of an earlier tally of the same metric; empty for a new one.
  /// - Throws: `invalidValue` if the description is not one of a metric, or the metric has another number of sums.
  public init(configuration json: String, tallies: [Double] = []) throws(SwiftCNNError) {
    self.init(try Metric(JSON.Field(try JSON.parse(json), path: "the metric")))
    let wanted = metric.tallyCount(columns: max(1, tallies.count / FScoreTallies.perClass))
    guard tallies.isEmpty || tallies.count == wanted else {
      throw .invalidValue("tallies holds \(tallies.count) numbers; expected \(wanted), as for the metric's first batch")
    }
    self.tallies = tallies
  }

  /// The number of sums for these outputs.
  public func count(of outputs: ArrayView) -> Int { metric.tallyCount(columns: max(1, outputs.columns)) }

  /// The value over all batches since the last reset; 0 if there are none.
  public var value: Double { tallies.isEmpty ? 0 : metric.value(of: tallies) }

  /// Forgets all batches.
  public mutating func reset() { tallies = [] }

  /// Adds a batch.
  /// - Parameters:
  ///   - targets: class numbers (n, …) for sparse metrics; otherwise an array with the outputs' shape.
  ///   - outputs: (n, …, classes), or (n,).
  ///   - sampleWeight: (n,), or nil if all weights are 1.
  /// - Throws: `invalidValue` if the arrays do not fit each other or the metric; the tally then does not change. `outOfMemory`.
  public mutating func update(
    targets: ArrayView, outputs: ArrayView, sampleWeight: ArrayView? = nil
  ) throws(SwiftCNNError) {
    guard !(metric.function is AnyAccuracy) else {
      throw .invalidValue(
        "'accuracy' stands for the accuracy that fits a model's loss; by itself use categorical_accuracy, "
          + "sparse_categorical_accuracy or binary_accuracy")
    }
    let kernels = try InstructionSet.chosen().kernels
    let columns = outputs.columns
    let values = try outputs.finiteValues("y_pred", kernels)
    let wanted = try targets.finiteValues("y_true", kernels)
    guard !outputs.shape.isEmpty, columns > 0, wanted.count * (metric.wantsLabels ? columns : 1) == values.count else {
      throw .invalidValue(
        "y_true must \(metric.wantsLabels ? "hold one class number for each row" : "have the shape") of y_pred, "
          + "\(Shape.text(outputs.shape)); got the shape \(Shape.text(targets.shape))")
    }
    try metric.checkClasses(columns, of: "y_pred")
    let labels = metric.wantsLabels ? try Self.labels(wanted, columns) : nil
    guard tallies.isEmpty || tallies.count == count(of: outputs) else {
      throw .invalidValue(
        "the metric '\(metric.name)' was given \(tallies.count / FScoreTallies.perClass) classes before, but y_pred has "
          + "\(columns); reset it first")
    }
    let rows = values.count / columns
    let weights = try sampleWeight.map { weight throws(SwiftCNNError) in
      try Self.rowWeights(try weight.finiteValues("sample_weight", kernels), samples: outputs.sampleCount, rows: rows)
    }
    let answers = MetricInputs(
      kernels: kernels, outputs: values.pointer,
      targets: Targets.Batch(labels: labels.map { UnsafePointer($0.pointer) }, values: UnsafePointer(wanted.pointer)),
      weights: weights.map { UnsafePointer($0.pointer) }, rows: rows, columns: columns)
    var sums = tallies.isEmpty ? Array(repeating: 0, count: count(of: outputs)) : tallies
    try metric.tally(answers, into: &sums)
    withExtendedLifetime((values, wanted, labels, weights)) {}
    tallies = sums
  }

  private static func labels(_ values: FloatBuffer, _ columns: Int) throws(SwiftCNNError) -> Buffer<Int32> {
    let labels = try Buffer<Int32>(values.count, for: "\(values.count) class numbers")
    for i in 0..<values.count { labels.pointer[i] = try Targets.classNumber(values.pointer[i], "y_true", i, of: columns) }
    return labels
  }

  private static func rowWeights(_ weights: FloatBuffer, samples: Int, rows: Int) throws(SwiftCNNError) -> FloatBuffer {
    guard weights.count == samples, weights.values.allSatisfy({ $0 >= 0 }) else {
      throw .invalidValue("sample_weight must be \(samples) weights of at least 0, one a sample; got \(weights.count)")
    }
    let ofRows = try FloatBuffer(rows, for: "the weights of \(rows) rows")
    for row in 0..<rows { ofRows.pointer[row] = weights.pointer[row / (rows / samples)] }
    return ofRows
  }
}

extension ArrayView {
  /// Outputs of one sample and position.
  fileprivate var columns: Int { shape.count > 1 ? shape[shape.count - 1] : 1 }

  /// All elements in C order. Throws for NaN and infinity.
  fileprivate func finiteValues(_ name: String, _ kernels: KernelTable) throws(SwiftCNNError) -> FloatBuffer {
    let values = try FloatBuffer(sampleCount * sampleElements, for: name)
    try checkFinite(name, kernels)
    try Interruption.forEachPiece(of: sampleCount, cost: sampleElements) { samples throws(SwiftCNNError) in
      for i in samples {
        guard readSample(i, into: values.pointer + i * sampleElements, kernels) else { throw vanished(name) }
      }
    }
    return values
  }
}
