/// One pass over a data set without training.
struct Evaluation {
  let trainer: Trainer
  let batchSize: Int
  /// 0: all.
  let steps: Int
  let onEvent: EventHandler?
  /// The epoch that the events tell, when `fit` validates.
  var epoch = 0
  var epochs = 0

  struct Result {
    let scores: Scores
    /// A callback asked to end the training.
    let stopped: Bool
  }

  func run() throws(SwiftCNNError) -> Result {
    let batches = Batches(samples: trainer.data.count, size: batchSize, steps: steps)
    var means = Means(trainer.compiled)
    var stopped = try send(.testBegin, batches, 0)
    var done = 0
    for batch in 0..<batches.count {
      stopped = try send(.testBatchBegin, batches, done, batch) || stopped
      let range = batches.range(batch)
      means.add(try trainer.test(from: range.lowerBound, count: range.count))
      done += range.count
      stopped = try send(.testBatchEnd, batches, done, batch, means.values) || stopped
    }
    stopped = try send(.testEnd, batches, done, max(0, batches.count - 1), means.values) || stopped
    return Result(scores: means.scores, stopped: stopped)
  }

  private func send(
    _ kind: Event.Kind, _ batches: Batches, _ done: Int, _ batch: Int = 0, _ values: [Double] = []
  ) throws(SwiftCNNError) -> Bool {
    guard let onEvent else { return false }
    var event = Event(kind)
    (event.epoch, event.epochs, event.batch, event.batches, event.samples) = (epoch, epochs, batch, batches.count, done)
    event.values = values
    switch onEvent(event) {
    case .proceed: return false
    case .stop: return true
    case .cancel: throw .cancelled
    }
  }
}

/// How samples fall into batches; the last may be smaller.
struct Batches {
  let samples: Int
  let size: Int
  let count: Int

  /// - Parameter steps: no more batches than this; 0 means all.
  init(samples: Int, size: Int, steps: Int) {
    self.samples = samples
    self.size = min(size, samples)
    let all = (samples + self.size - 1) / self.size
    count = steps == 0 ? all : min(steps, all)
  }

  func range(_ batch: Int) -> Range<Int> { batch * size..<min(samples, (batch + 1) * size) }
}
