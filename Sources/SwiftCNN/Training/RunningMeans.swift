/// Running means of losses and metrics. Losses are weighted by batch size; metrics are computed from their tallies.
struct RunningMeans {
  private let metrics: [Metric]
  private let tellsEachLoss: Bool
  private var loss = 0.0
  /// The losses of the outputs that have one.
  private var losses: [Double]
  private var samples = 0
  /// One list for each metric.
  private(set) var tallies: [[Double]]

  init(_ compiled: Compiled) {
    metrics = compiled.heads.flatMap(\.metrics)
    tellsEachLoss = compiled.tellsEachLoss
    losses = compiled.heads.filter { $0.loss != nil }.map { _ in 0 }
    tallies = compiled.tallyCounts.map { Array(repeating: 0, count: $0) }
  }

  mutating func add(_ result: BatchResult) {
    loss += result.loss * Double(result.samples)
    samples += result.samples
    for (i, loss) in result.losses.enumerated() { losses[i] += loss * Double(result.samples) }
    for (i, batch) in result.tallies.enumerated() {
      for (j, tally) in batch.enumerated() { tallies[i][j] += tally }
    }
  }

  /// The total loss; then the loss of each output, if several have one; then the metrics.
  var values: [Double] {
    let count = Double(max(1, samples))
    return [loss / count] + (tellsEachLoss ? losses.map { $0 / count } : []) + zip(metrics, tallies).map { $0.value(of: $1) }
  }
}

/// Loss and metrics of a batch or an evaluation.
public struct Scores: Sendable {
  /// The total loss; then the loss of each output, if several have one; then the metrics.
  public let values: [Double]
  /// The sums that each metric is computed from. They can be added up over batches; see `MetricTally`.
  public let tallies: [[Double]]

  /// First the values, then all tallies.
  public var numbers: [Double] { values + tallies.joined() }
}

extension RunningMeans {
  var scores: Scores { Scores(values: values, tallies: tallies) }
}

/// The results of one batch.
struct BatchResult {
  /// Mean over the batch of the weighted sum of the outputs' losses, with the penalties.
  var loss: Double
  /// The unweighted losses of the outputs that have one.
  var losses: [Double]
  var samples: Int
  /// One list for each metric.
  var tallies: [[Double]]
}
