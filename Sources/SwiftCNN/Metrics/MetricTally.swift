import CKernels

/// A metric that is fed by hand: batch after batch of targets and outputs, and its value over all of them.
public struct MetricTally: Sendable {
  public let metric: Metric
  /// The sums that it keeps between batches; none before the first batch.
  public private(set) var tallies: [Double] = []

  public init(_ metric: Metric) { self.metric = metric }

  /// - Parameters:
  ///   - json: the metric's description, as docs/model-format.md describes it.
  ///   - tallies: the sums that another tally of it has come to; none to begin.
  public init(configuration json: String, tallies: [Double] = []) throws(SwiftCNNError) {
    self.init(try Metric(JSON.Field(try JSON.parse(json), path: "the metric")))
    let wanted = metric.tallyCount(columns: max(1, tallies.count / FScore.talliesPerClass))
    guard tallies.isEmpty || tallies.count == wanted else {
      throw .invalidValue("tallies holds \(tallies.count) numbers; expected \(wanted), as for the metric's first batch")
    }
    self.tallies = tallies
  }

  /// How many sums it keeps of such outputs.
  public func count(of outputs: ArrayView) -> Int { metric.tallyCount(columns: max(1, outputs.columns)) }

  /// Over all batches since the last reset; 0 without one.
  public var value: Double { tallies.isEmpty ? 0 : metric.value(of: tallies) }

  public mutating func reset() { tallies = [] }

  /// Adds a batch.
  /// - Parameters:
  ///   - targets: class numbers (n, …) for sparse metrics, else the outputs' shape.
  ///   - outputs: (n, …, classes), or (n,).
  ///   - sampleWeight: (n,), or nil if all weigh 1.
  public mutating func update(
    targets: ArrayView, outputs: ArrayView, sampleWeight: ArrayView? = nil
  ) throws(SwiftCNNError) {
    guard metric.kind != .accuracy else {
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
    if case .confusion(let confusion) = metric.kind, let id = confusion.classID, id >= columns {
      throw .invalidValue("the metric '\(metric.name)' has class_id \(id), but y_pred has \(columns) classes")
    }
    let labels = metric.wantsLabels ? try Self.labels(wanted, columns) : []
    guard tallies.isEmpty || tallies.count == count(of: outputs) else {
      throw .invalidValue(
        "the metric '\(metric.name)' was given \(tallies.count / FScore.talliesPerClass) classes before, but y_pred has "
          + "\(columns); reset it first")
    }
    let rows = values.count / columns
    let weights = try sampleWeight.map { weight throws(SwiftCNNError) in
      try Self.rowWeights(try weight.finiteValues("sample_weight", kernels), samples: outputs.sampleCount, rows: rows)
    }
    if tallies.isEmpty { tallies = Array(repeating: 0, count: count(of: outputs)) }
    add(kernels, values, wanted, labels, weights, rows: rows, columns: columns)
  }

  private mutating func add(
    _ kernels: KernelTable, _ values: [Float], _ wanted: [Float], _ labels: [Int32], _ weights: [Float]?, rows: Int,
    columns: Int
  ) {
    values.withUnsafeBufferPointer { values in
      wanted.withUnsafeBufferPointer { wanted in
        labels.withUnsafeBufferPointer { labels in
          (weights ?? []).withUnsafeBufferPointer { rowWeights in
            guard let outputs = values.baseAddress else { return }
            let targets = Targets.Batch(labels: labels.baseAddress, values: wanted.baseAddress)
            let answers = Answers(
              kernels: kernels, outputs: outputs, targets: targets, weights: weights == nil ? nil : rowWeights.baseAddress,
              rows: rows, columns: columns)
            metric.tally(answers, into: &tallies)
          }
        }
      }
    }
  }

  private static func labels(_ values: [Float], _ columns: Int) throws(SwiftCNNError) -> [Int32] {
    var labels: [Int32] = []
    for (i, value) in values.enumerated() { labels.append(try Targets.classNumber(value, "y_true", i, of: columns)) }
    return labels
  }

  private static func rowWeights(_ weights: [Float], samples: Int, rows: Int) throws(SwiftCNNError) -> [Float] {
    guard weights.count == samples, weights.allSatisfy({ $0 >= 0 }) else {
      throw .invalidValue("sample_weight must be \(samples) weights of at least 0, one a sample; got \(weights.count)")
    }
    return (0..<rows).map { weights[$0 / (rows / samples)] }
  }
}

extension ArrayView {
  /// Outputs of one sample and position.
  fileprivate var columns: Int { shape.count > 1 ? shape[shape.count - 1] : 1 }

  /// All elements in C order; NaN and infinity are refused.
  fileprivate func finiteValues(_ name: String, _ kernels: KernelTable) throws(SwiftCNNError) -> [Float] {
    try checkFinite(name, kernels)
    var values = [Float](repeating: 0, count: sampleCount * sampleElements)
    values.withUnsafeMutableBufferPointer { values in
      for i in 0..<sampleCount where sampleElements > 0 {
        readSample(i, into: values.baseAddress! + i * sampleElements, kernels)
      }
    }
    return values
  }
}
