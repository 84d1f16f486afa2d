/// The batches of an epoch, which `fit` and `evaluate` compute one after the other.
protocol Feed: AnyObject {
  /// The configuration with the losses and metrics of the batches.
  var compiled: Compiled { get }
  /// Whether the order of its samples is a function of the model's `epochs`. The model counts only epochs of such feeds.
  var isShuffled: Bool { get }
  /// Batches in an epoch; 0 if this is unknown before the end of the epoch.
  var batches: Int { get }
  /// Begins the next epoch. Returns false if there is none.
  func begin(epoch: Int) throws(SwiftCNNError) -> Bool
  /// Moves to the next batch of the epoch. Returns false if there is none.
  func next() throws(SwiftCNNError) -> Bool
  /// Trains on the current batch, or evaluates it.
  func compute() throws(SwiftCNNError) -> BatchResult
  /// Ends the epoch: all its batches are done, or it was stopped. Not called after an error.
  func end() throws(SwiftCNNError)
}

/// Arrays to train on. Each epoch continues where the one before it ended. The last batches of a pass over the data form an epoch
/// of their own, as in Keras.
final class TrainingArrays: Feed {
  private let trainer: Trainer
  private let seed: UInt64?
  private let stepsPerEpoch: Int
  private let passBatches: Batches
  /// The position of the next batch: the pass over the data, and the batch in this pass.
  private var pass: Int
  private var nextBatch: Int
  /// Batches that remain in the epoch.
  private var left = 0
  /// The order of the samples in a pass; nil for the order of the arrays.
  private var order: (pass: Int, samples: Buffer<Int>)?
  /// The epoch that determines the order of the first pass. Each pass has the order of the epoch that it would be if every epoch
  /// were one pass.
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

/// Arrays to evaluate: the same batches in the same order every time.
final class TestArrays: Feed {
  private let trainer: Trainer
  private let all: Batches
  private var nextBatch = 0
  private var current = 0..<0

  var compiled: Compiled { trainer.compiled }
  let isShuffled = false
  var batches: Int { all.count }

  /// - Parameter steps: the maximum number of batches; 0 means all.
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

/// How samples are divided into batches. The last batch may be smaller.
struct Batches {
  let samples: Int
  let size: Int
  let count: Int

  /// - Parameter steps: the maximum number of batches; 0 means all.
  init(samples: Int, size: Int, steps: Int) {
    self.samples = samples
    self.size = min(size, samples)
    let all = (samples + self.size - 1) / self.size
    count = steps == 0 ? all : min(steps, all)
  }

  func range(_ batch: Int) -> Range<Int> { batch * size..<min(samples, (batch + 1) * size) }
}
