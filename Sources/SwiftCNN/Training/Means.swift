/// Running means of loss and metrics: the loss weighted by batch size, a metric as right answers over answers.
struct Means {
  private var loss = 0.0
  private var samples = 0
  private var right: [Int]
  private var all: [Int]

  init(metrics: Int) {
    right = Array(repeating: 0, count: metrics)
    all = right
  }

  mutating func add(_ result: BatchResult) {
    loss += result.loss * Double(result.samples)
    samples += result.samples
    for (i, count) in result.counts.enumerated() {
      right[i] += count.right
      all[i] += count.all
    }
  }

  /// Loss, then the metrics.
  var values: [Double] {
    [loss / Double(max(1, samples))] + zip(right, all).map { Double($0) / Double(max(1, $1)) }
  }
}

/// What one batch came to.
struct BatchResult {
  /// Mean over the batch.
  var loss: Double
  var samples: Int
  var counts: [(right: Int, all: Int)]
}
