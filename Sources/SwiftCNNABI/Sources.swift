import CSwiftCNN
import SwiftCNN

/// A source of the engine that calls the caller's functions for its batches.
final class CallersSource: BatchSource {
  let name: String
  let batchesPerEpoch: Int
  private let source: scnn_batch_source
  private let next: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafePointer<scnn_samples>?>?) -> Int32
  private var taken = 0

  init(_ source: scnn_batch_source) throws(SwiftCNNError) {
    self.source = source
    next = try required(source.next, "next of the source")
    name = source.name == nil ? "the source" : try text(source.name, "name of the source")
    guard source.batches >= 0 else {
      throw .invalidValue("the batches of \(name) are \(source.batches); expected 0, for an unknown number, or more")
    }
    batchesPerEpoch = Int(source.batches)
  }

  func beginEpoch(_ epoch: Int) throws(SwiftCNNError) -> Bool {
    taken = 0
    guard let begin = source.begin_epoch else { return true }
    return try answer(begin(source.context, Int64(epoch)))
  }

  func nextBatch() throws(SwiftCNNError) -> Samples? {
    var batch: UnsafePointer<scnn_samples>?
    guard try answer(next(source.context, &batch)) else { return nil }
    defer { taken += 1 }
    do {
      return try samples(batch, "the batch")
    } catch .invalidValue(let message) {
      throw .invalidValue("batch \(taken) of \(name): \(message)")
    } catch .invalidType(let message) {
      throw .invalidType("batch \(taken) of \(name): \(message)")
    }
  }

  func endEpoch() throws(SwiftCNNError) {
    if let end = source.end_epoch { _ = try answer(end(source.context)) }
  }

  /// Checks the result of a function of the source.
  private func answer(_ code: Int32) throws(SwiftCNNError) -> Bool {
    guard code >= 0 else { throw .cancelled }
    return code > 0
  }
}
