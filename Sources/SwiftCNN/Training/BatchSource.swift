/// Batches that are made when they are asked for, epoch by epoch: what `fit`, `evaluate` and `predict` take in place of arrays.
///
/// All methods are called on the thread of that call, while no lock is held: they may use the model. An error ends the call, which
/// throws it; the batches that were done keep their effect, and nothing more of the source is called.
public protocol BatchSource: AnyObject {
  /// What errors call it, as in "batch 3 of flowers: …".
  var name: String { get }
  /// Batches in an epoch; 0 if only its end will tell.
  var batchesPerEpoch: Int { get }
  /// Called before an epoch, or a validation after this epoch. The answer `false` means that there are no more data: the training ends
  /// as if all epochs were done, or the epoch is not validated.
  func beginEpoch(_ epoch: Int) throws(SwiftCNNError) -> Bool
  /// The next batch, of any size; nil at the end of the epoch. Its memory stays as it is until the next call of any of these methods.
  func nextBatch() throws(SwiftCNNError) -> Samples?
  /// Called after an epoch, whether its batches were taken to the end or not.
  func endEpoch() throws(SwiftCNNError)
}

extension BatchSource {
  /// "the source", for sources without a name of their own.
  public var name: String { "the source" }
  /// 0: only the end of an epoch tells.
  public var batchesPerEpoch: Int { 0 }
  /// Does nothing; there are always more data.
  public func beginEpoch(_ epoch: Int) throws(SwiftCNNError) -> Bool { true }
  /// Does nothing.
  public func endEpoch() throws(SwiftCNNError) {}
}

/// The batches of a source, trained on or tested as they come.
final class SourceFeed: Feed {
  /// What is done with the batches.
  enum Work {
    case test
    case train(classWeights: [[Double]?])
  }

  private let source: any BatchSource
  private let model: any TrainableModel
  let compiled: Compiled
  let isShuffled = false
  private let work: Work
  /// An epoch has no more batches than this; 0 means all of the source's.
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
  /// Batch `number` of the epoch, nil after its end.
  /// - Parameter steps: the epoch ends after so many, if not 0.
  func batch(_ number: Int, steps: Int) throws(SwiftCNNError) -> Samples? {
    if steps > 0 && number == steps { return nil }
    if let samples = try nextBatch() { return samples }
    guard number > 0 else { throw .invalidValue("\(name) gave no batch; it must give at least one in every epoch") }
    return nil
  }

  /// Says of errors in `body` that are about the values of batch `number`, which batch they are about.
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
