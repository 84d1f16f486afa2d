/// Makes batches on demand, epoch by epoch. `fit`, `evaluate` and `predict` accept a source in place of arrays.
///
/// All methods are called on the thread of `fit`, `evaluate` or `predict`, while no lock is held, so they may use the model. An
/// error ends that call, which throws it. The batches before the error keep their effect, and no other method of the source is
/// called.
public protocol BatchSource: AnyObject {
  /// The name of the source in error messages, as in "batch 3 of flowers: …".
  var name: String { get }
  /// Batches in an epoch; 0 if this is unknown before the end of an epoch.
  var batchesPerEpoch: Int { get }
  /// Called before each epoch, and before the validation after it. `false` means that there are no more data: the training ends
  /// as if all epochs were done, or the epoch is not validated.
  func beginEpoch(_ epoch: Int) throws(SwiftCNNError) -> Bool
  /// The next batch, of any size; nil at the end of the epoch. Its memory must not change until the next call of any of these
  /// methods.
  func nextBatch() throws(SwiftCNNError) -> Samples?
  /// Called after an epoch, even if not all its batches were used.
  func endEpoch() throws(SwiftCNNError)
}

extension BatchSource {
  /// "the source", for sources that set no name.
  public var name: String { "the source" }
  /// 0: the number is unknown before the end of an epoch.
  public var batchesPerEpoch: Int { 0 }
  /// Does nothing; there are always more data.
  public func beginEpoch(_ epoch: Int) throws(SwiftCNNError) -> Bool { true }
  /// Does nothing.
  public func endEpoch() throws(SwiftCNNError) {}
}

/// Trains or evaluates on the batches of a source, one after the other.
final class SourceFeed: Feed {
  /// Whether batches are trained on or evaluated.
  enum Work {
    case test
    case train(classWeights: [[Double]?])
  }

  private let source: any BatchSource
  private let model: any TrainableModel
  let compiled: Compiled
  let isShuffled = false
  private let work: Work
  /// The maximum number of batches in an epoch; 0 for all batches of the source.
  private let steps: Int
  private var taken = 0
  private var current: Samples?

  var batches: Int { steps == 0 ? max(0, source.batchesPerEpoch) : steps }

  init(_ source: any BatchSource, of model: any TrainableModel, _ compiled: Compiled, to work: Work, steps: Int) {
    self.source = source
    self.model = model
    self.compiled = compiled
    self.work = work
    self.steps = steps
  }

  func begin(epoch: Int) throws(SwiftCNNError) -> Bool {
    taken = 0
    return try source.beginEpoch(epoch)
  }

  func next() throws(SwiftCNNError) -> Bool {
    current = try source.batch(taken, steps: steps)
    if current != nil { taken += 1 }
    return current != nil
  }

  func compute() throws(SwiftCNNError) -> BatchResult {
    guard let samples = current else { preconditionFailure("asked to compute without a batch") }
    current = nil
    return try source.naming(taken - 1) { () throws(SwiftCNNError) in
      switch work {
      case .test: try model.trainer(samples, compiled).testAll()
      case .train(let classWeights): try model.trainer(samples, compiled, classWeights: classWeights).trainOnAll()
      }
    }
  }

  func end() throws(SwiftCNNError) { try source.endEpoch() }
}

extension BatchSource {
  /// Batch `number` of the epoch; nil after the end of the epoch.
  /// - Parameter steps: the maximum number of batches in the epoch, if not 0.
  func batch(_ number: Int, steps: Int) throws(SwiftCNNError) -> Samples? {
    if steps > 0 && number == steps { return nil }
    if let samples = try nextBatch() { return samples }
    guard number > 0 else { throw .invalidValue("\(name) gave no batch; it must give at least one in every epoch") }
    return nil
  }

  /// Adds the batch number to errors in `body` that are about the values of batch `number`.
  func naming<Result>(_ number: Int, _ body: () throws(SwiftCNNError) -> Result) throws(SwiftCNNError) -> Result {
    do {
      return try body()
    } catch .invalidValue(let message) {
      throw .invalidValue("batch \(number) of \(name): \(message)")
    } catch .invalidType(let message) {
      throw .invalidType("batch \(number) of \(name): \(message)")
    }
  }
}
