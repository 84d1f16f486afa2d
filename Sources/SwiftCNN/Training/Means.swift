/// Running means of loss and metrics: the loss weighted by batch size, a metric from its tallies.
struct Means {
  private let metrics: [Metric]
  private var loss = 0.0
  private var samples = 0
  /// One list a metric.
  private(set) var tallies: [[Double]]

  init(_ compiled: Compiled) {
    metrics = compiled.metrics
    tallies = compiled.tallyCounts.map { Array(repeating: 0, count: $0) }
  }

  mutating func add(_ result: BatchResult) {
    loss += result.loss * Double(result.samples)
    samples += result.samples
    for (i, batch) in result.tallies.enumerated() {
      for (j, tally) in batch.enumerated() { tallies[i][j] += tally }
    }
  }

  /// Loss, then the metrics.
  var values: [Double] {
    [loss / Double(max(1, samples))] + zip(metrics, tallies).map { $0.value(of: $1) }
  }
}

/// Loss and metrics of a batch or an evaluation.
public struct Scores: Sendable {
  /// Loss, then the metrics.
  public let values: [Double]
  /// The sums behind each metric, which can be added up over batches; see `MetricTally`.
  public let tallies: [[Double]]

  /// Values, then tallies, end to end.
  public var numbers: [Double] { values + tallies.joined() }
}

extension Means {
  var scores: Scores { Scores(values: values, tallies: tallies) }
}

/// What one batch came to.
struct BatchResult {
  /// Mean over the batch.
  var loss: Double
  var samples: Int
  /// One list a metric.
  var tallies: [[Double]]
}
