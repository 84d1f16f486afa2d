/// The training loop: shuffles, steps through the batches, validates, and tells what happens.
struct Fit {
  private let model: Model
  private let train: Trainer
  private let validation: Trainer?
  private let options: FitOptions
  private let onEvent: EventHandler?
  private let batches: Batches
  private let stepsPerEpoch: Int
  /// Where the next epoch begins in the data: the pass over them, and the batch of the pass.
  private var pass = 0
  private var nextBatch = 0
  /// The samples' order in a pass; nil means as they are.
  private var order: (pass: Int, samples: Buffer<Int>)?
  private var firstOrder = 0
  private var history = History()
  private var stopped = false

  init(model: Model, train: Trainer, validation: Trainer?, options: FitOptions, onEvent: EventHandler?) {
    self.model = model
    self.train = train
    self.validation = validation
    self.options = options
    self.onEvent = onEvent
    batches = Batches(samples: train.data.count, size: options.batchSize, steps: 0)
    stepsPerEpoch = options.stepsPerEpoch == 0 ? batches.count : min(options.stepsPerEpoch, batches.count)
  }

  mutating func run() throws(SwiftCNNError) -> History {
    begin()
    try send(Event(.trainBegin), epoch: options.initialEpoch)
    var epoch = options.initialEpoch
    while epoch < options.epochs && !stopped {
      try run(epoch: epoch)
      epoch += 1
    }
    try model.exclusively { state throws(SwiftCNNError) in try state.adoptAverage() }
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
      values += try evaluation.run().values
    }
    record(epoch, values)
    var event = Event(.epochEnd)
    event.samples = train.data.count
    event.values = values
    try send(event, epoch: epoch)
  }

  private mutating func trainEpoch(_ epoch: Int) throws(SwiftCNNError) -> [Double] {
    model.exclusively { $0.epochs += 1 }
    try shuffle()
    var means = Means(train.compiled)
    var done = 0
    for step in 0..<min(stepsPerEpoch, batches.count - nextBatch) where !stopped {
      var event = Event(.trainBatchBegin)
      (event.batch, event.samples) = (step, done)
      try send(event, epoch: epoch)
      let range = batches.range(nextBatch)
      if let order {
        means.add(try train.train(order.samples.values[range]))
      } else {
        means.add(try train.train(range))
      }
      nextBatch += 1
      done += range.count
      event = Event(.trainBatchEnd)
      (event.batch, event.samples, event.values) = (step, done, means.values)
      try send(event, epoch: epoch)
    }
    if nextBatch == batches.count { (pass, nextBatch) = (pass + 1, 0) }
    return means.values
  }

  /// Goes to the place in the data to which the epochs that are done have come: each takes up where the one before it ended, and what
  /// is left of a pass is an epoch of its own, as in Keras.
  private mutating func begin() {
    let done = max(0, options.initialEpoch - (options.firstEpoch ?? options.initialEpoch))
    let epochsPerPass = batches.count.dividedUp(by: stepsPerEpoch)
    (pass, nextBatch) = (done / epochsPerPass, done % epochsPerPass * stepsPerEpoch)
    // A pass has the order of the epoch that it would be if every epoch were a pass.
    firstOrder = model.epochs - done
  }

  /// Finds the order of the current pass.
  private mutating func shuffle() throws(SwiftCNNError) {
    guard options.shuffle, order?.pass != pass else { return }
    order = (pass, try Philox(seed: model.seed).permutation(train.data.count, epoch: firstOrder + pass))
  }

  private mutating func record(_ epoch: Int, _ values: [Double]) {
    let names = train.compiled.metricsNames
    history.epochs.append(epoch)
    for (name, value) in zip(names + names.map { "val_\($0)" }, values) { history.values[name, default: []].append(value) }
  }

  private mutating func send(_ event: Event, epoch: Int) throws(SwiftCNNError) {
    guard let onEvent else { return }
    var event = event
    (event.epoch, event.epochs, event.batches) = (epoch, options.epochs, stepsPerEpoch)
    switch onEvent(event) {
    case .proceed: break
    case .stop: stopped = true
    case .cancel: throw .cancelled
    }
  }
}
