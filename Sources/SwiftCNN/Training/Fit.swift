/// The training loop: shuffles, steps through the batches, validates, and tells what happens.
struct Fit {
  private let model: Model
  private let train: Trainer
  private let validation: Trainer?
  private let options: FitOptions
  private let onEvent: EventHandler?
  private let batches: Batches
  private var history = History()
  private var stopped = false

  init(model: Model, train: Trainer, validation: Trainer?, options: FitOptions, onEvent: EventHandler?) {
    self.model = model
    self.train = train
    self.validation = validation
    self.options = options
    self.onEvent = onEvent
    batches = Batches(samples: train.data.count, size: options.batchSize, steps: options.stepsPerEpoch)
  }

  mutating func run() throws(SwiftCNNError) -> History {
    try send(Event(.trainBegin), epoch: options.initialEpoch)
    var epoch = options.initialEpoch
    while epoch < options.epochs && !stopped {
      try run(epoch: epoch)
      epoch += 1
    }
    try model.exclusively { $0.adoptAverage() }
    try send(Event(.trainEnd), epoch: max(options.initialEpoch, epoch - 1))
    return history
  }

  private mutating func run(epoch: Int) throws(SwiftCNNError) {
    try send(Event(.epochBegin), epoch: epoch)
    var values = try trainEpoch(epoch)
    if let validation, (epoch + 1) % options.validationFrequency == 0 {
      let size = options.validationBatchSize == 0 ? options.batchSize : options.validationBatchSize
      let evaluation = Evaluation(
        trainer: validation, batchSize: size, steps: options.validationSteps, onEvent: onEvent, epoch: epoch,
        epochs: options.epochs)
      let result = try evaluation.run()
      stopped = stopped || result.stopped
      values += result.scores.values
    }
    record(epoch, values)
    var event = Event(.epochEnd)
    event.samples = train.data.count
    event.values = values
    try send(event, epoch: epoch)
  }

  private mutating func trainEpoch(_ epoch: Int) throws(SwiftCNNError) -> [Double] {
    let order = try nextOrder()
    var means = Means(train.compiled)
    var done = 0
    for batch in 0..<batches.count where !stopped {
      var event = Event(.trainBatchBegin)
      (event.batch, event.samples) = (batch, done)
      try send(event, epoch: epoch)
      let range = batches.range(batch)
      if let order {
        means.add(try train.train(order[range]))
      } else {
        means.add(try train.train(range))
      }
      done += range.count
      event = Event(.trainBatchEnd)
      (event.batch, event.samples, event.values) = (batch, done, means.values)
      try send(event, epoch: epoch)
    }
    return means.values
  }

  /// The samples' order in the next epoch of the model's life; nil means as they are.
  private func nextOrder() throws(SwiftCNNError) -> [Int]? {
    let epoch = try model.exclusively { state in
      state.epochs += 1
      return state.epochs - 1
    }
    return options.shuffle ? Philox(seed: model.seed).permutation(train.data.count, epoch: epoch) : nil
  }

  private mutating func record(_ epoch: Int, _ values: [Double]) {
    let names = train.compiled.metricsNames
    history.epochs.append(epoch)
    for (name, value) in zip(names + names.map { "val_\($0)" }, values) { history.values[name, default: []].append(value) }
  }

  private mutating func send(_ event: Event, epoch: Int) throws(SwiftCNNError) {
    guard let onEvent else { return }
    var event = event
    (event.epoch, event.epochs, event.batches) = (epoch, options.epochs, batches.count)
    switch onEvent(event) {
    case .proceed: break
    case .stop: stopped = true
    case .cancel: throw .cancelled
    }
  }
}
