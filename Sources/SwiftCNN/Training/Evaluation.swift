/// One pass over data without training.
struct Evaluation {
  let feed: any Feed
  let onEvent: EventHandler?
  /// The epoch that the events report, if `fit` runs this validation.
  var epoch = 0
  var epochs = 0

  /// If a callback returns `stop`, the evaluation ends after the current batch, as if all batches were done.
  /// - Returns: the scores; nil if there are no more data.
  func run() throws(SwiftCNNError) -> Scores? {
    guard try feed.begin(epoch: epoch) else { return nil }
    var means = RunningMeans(feed.compiled)
    var stopped = try send(.testBegin, 0)
    var (done, batch, last) = (0, 0, 0)
    while try feed.next() {
      stopped = try send(.testBatchBegin, done, batch) || stopped
      let result = try feed.compute()
      means.add(result)
      done += result.samples
      last = batch
      stopped = try send(.testBatchEnd, done, batch, means.values) || stopped
      if stopped { break }
      batch += 1
    }
    try feed.end()
    _ = try send(.testEnd, done, last, means.values)
    return means.scores
  }

  private func send(_ kind: Event.Kind, _ done: Int, _ batch: Int = 0, _ values: [Double] = []) throws(SwiftCNNError) -> Bool {
    guard let onEvent else { return false }
    var event = Event(kind)
    (event.epoch, event.epochs, event.batch, event.batches, event.samples) = (epoch, epochs, batch, feed.batches, done)
    event.values = values
    switch onEvent(event) {
    case .proceed: return false
    case .stop: return true
    case .cancel: throw .cancelled
    }
  }
}
