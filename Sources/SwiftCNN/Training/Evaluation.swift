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

  /// A callback's `stop` ends the evaluation after the batch, as if all were done.
  func run() throws(SwiftCNNError) -> Scores {
    let batches = Batches(samples: trainer.data.count, size: batchSize, steps: steps)
    var means = Means(trainer.compiled)
    var stopped = try send(.testBegin, batches, 0)
    var (done, last) = (0, 0)
    for batch in 0..<batches.count {
      stopped = try send(.testBatchBegin, batches, done, batch) || stopped
      let range = batches.range(batch)
      means.add(try trainer.test(from: range.lowerBound, count: range.count))
      done += range.count
      last = batch
      stopped = try send(.testBatchEnd, batches, done, batch, means.values) || stopped
      if stopped { break }
    }
    _ = try send(.testEnd, batches, done, last, means.values)
    return means.scores
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
