/// What the loops of `fit` and `evaluate` go through: the batches of an epoch, each computed in its turn.
protocol Feed: AnyObject {
  /// What its batches are compared by.
  var compiled: Compiled { get }
  /// Whether the order of its samples is a function of the model's `epochs`, which counts the epochs of such only.
  var isShuffled: Bool { get }
  /// In an epoch; 0 if only its end tells.
  var batches: Int { get }
  /// Whether there is another epoch, which begins with this.
  func begin(epoch: Int) throws(SwiftCNNError) -> Bool
  /// Whether the epoch has another batch, which becomes the current one.
  func next() throws(SwiftCNNError) -> Bool
  /// Trains on the current batch, or tests it.
  func compute() throws(SwiftCNNError) -> BatchResult
  /// The epoch is over: all its batches are done, or it was stopped. Not called after an error.
  func end() throws(SwiftCNNError)
}

/// Arrays that are trained on: each epoch takes up where the one before it ended, and what is left of a pass is an epoch of its own,
/// as in Keras.
final class TrainingArrays: Feed {
  private let trainer: Trainer
  private let seed: UInt64?
  private let stepsPerEpoch: Int
  private let passBatches: Batches
  /// Where the next batch lies in the data: the pass over them, and the batch of the pass.
  private var pass: Int
  private var nextBatch: Int
  /// Batches that the epoch has still to give.
  private var left = 0
  /// The samples' order in a pass; nil means as they are.
  private var order: (pass: Int, samples: Buffer<Int>)?
  /// The order of the first pass: a pass has the order of the epoch that it would be if every epoch were a pass.
  private let firstOrder: Int
  private var current = 0..<0

  var compiled: Compiled { trainer.compiled }
  let isShuffled = true
  var batches: Int { stepsPerEpoch }

  init(_ trainer: Trainer, of model: any TrainableModel, _ options: FitOptions) {
    self.trainer = trainer
    seed = options.shuffle ? model.seed : nil
    let passBatches = Batches(samples: trainer.data.count, size: options.batchSize, steps: 0)
    self.passBatches = passBatches
    stepsPerEpoch = options.stepsPerEpoch == 0 ? passBatches.count : min(options.stepsPerEpoch, passBatches.count)
    let done = max(0, options.initialEpoch - (options.firstEpoch ?? options.initialEpoch))
    let epochsPerPass = passBatches.count.dividedUp(by: stepsPerEpoch)
    (pass, nextBatch) = (done / epochsPerPass, done % epochsPerPass * stepsPerEpoch)
    firstOrder = model.epochs - done
  }

  func begin(epoch: Int) -> Bool {
    left = min(stepsPerEpoch, passBatches.count - nextBatch)
    return true
  }

  func next() throws(SwiftCNNError) -> Bool {
    guard left > 0 else { return false }
    if let seed, order?.pass != pass {
      order = (pass, try Philox(seed: seed).permutation(trainer.data.count, epoch: firstOrder + pass))
    }
    current = passBatches.range(nextBatch)
    nextBatch += 1
    left -= 1
    return true
  }

  func compute() throws(SwiftCNNError) -> BatchResult {
    if let order { return try trainer.train(order.samples.values[current]) }
    return try trainer.train(current)
  }

  func end() {
    if nextBatch == passBatches.count { (pass, nextBatch) = (pass + 1, 0) }
  }
}

/// Arrays that are evaluated: every time the same batches, in order.
final class TestArrays: Feed {
  private let trainer: Trainer
  private let all: Batches
  private var nextBatch = 0
  private var current = 0..<0

  var compiled: Compiled { trainer.compiled }
  let isShuffled = false
  var batches: Int { all.count }

  /// - Parameter steps: no more batches than this; 0 means all.
  init(_ trainer: Trainer, batchSize: Int, steps: Int) {
    self.trainer = trainer
    all = Batches(samples: trainer.data.count, size: batchSize, steps: steps)
  }

  func begin(epoch: Int) -> Bool {
    nextBatch = 0
    return true
  }

  func next() -> Bool {
    guard nextBatch < all.count else { return false }
    current = all.range(nextBatch)
    nextBatch += 1
    return true
  }

  func compute() throws(SwiftCNNError) -> BatchResult { try trainer.test(from: current.lowerBound, count: current.count) }

  func end() {}
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
