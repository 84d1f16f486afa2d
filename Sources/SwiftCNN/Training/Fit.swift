/// The training loop. It runs the epochs and their batches, validates, and sends events to the callback.
struct Fit {
  private let model: any TrainableModel
  private let train: any Feed
  private let validation: (any Feed)?
  private let options: FitOptions
  private let onEvent: EventHandler?
  private var history = History()
  private var stopped = false

  init(model: any TrainableModel, train: any Feed, validation: (any Feed)?, options: FitOptions, onEvent: EventHandler?) {
    self.model = model
    self.train = train
    self.validation = validation
    self.options = options
    self.onEvent = onEvent
  }

  mutating func run() throws(SwiftCNNError) -> History {
    try send(Event(.trainBegin), epoch: options.initialEpoch)
    var epoch = options.initialEpoch
    while epoch < options.epochs, !stopped, try train.begin(epoch: epoch) {
      try run(epoch: epoch)
      epoch += 1
    }
    model.exclusively { $0.adoptAverage() }
    try send(Event(.trainEnd), epoch: max(options.initialEpoch, epoch - 1))
    return history
  }

  private mutating func run(epoch: Int) throws(SwiftCNNError) {
    try send(Event(.epochBegin), epoch: epoch)
    var event = Event(.epochEnd)
    (event.values, event.samples) = try trainEpoch(epoch)
    if let validation, options.validates(after: epoch) {
      let evaluation = Evaluation(feed: validation, onEvent: onEvent, epoch: epoch, epochs: options.epochs)
      event.values += try evaluation.run()?.values ?? []
    }
    record(epoch, event.values)
    try send(event, epoch: epoch)
  }

  /// Loss and metrics, and the number of samples.
  private mutating func trainEpoch(_ epoch: Int) throws(SwiftCNNError) -> (values: [Double], samples: Int) {
    if train.isShuffled { model.exclusively { $0.epochs += 1 } }
    var means = RunningMeans(train.compiled)
    var (batch, done) = (0, 0)
    while !stopped, try train.next() {
      var event = Event(.trainBatchBegin)
      (event.batch, event.samples) = (batch, done)
      try send(event, epoch: epoch)
      let result = try train.compute()
      means.add(result)
      done += result.samples
      event = Event(.trainBatchEnd)
      (event.batch, event.samples, event.values) = (batch, done, means.values)
      try send(event, epoch: epoch)
      batch += 1
    }
    try train.end()
    return (means.values, done)
  }

  private mutating func record(_ epoch: Int, _ values: [Double]) {
    let names = train.compiled.metricsNames
    history.epochs.append(epoch)
    for (name, value) in zip(names + names.map { "val_\($0)" }, values) { history.values[name, default: []].append(value) }
  }

  private mutating func send(_ event: Event, epoch: Int) throws(SwiftCNNError) {
    guard let onEvent else { return }
    var event = event
    (event.epoch, event.epochs, event.batches) = (epoch, options.epochs, train.batches)
    switch onEvent(event) {
    case .proceed: break
    case .stop: stopped = true
    case .cancel: throw .cancelled
    }
  }
}
