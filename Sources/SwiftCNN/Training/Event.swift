/// Something that happens during `fit`, `evaluate` or `predict`. Raw values are those of `scnn_event_kind`.
public struct Event: Sendable {
  public enum Kind: Int32, Sendable {
    case trainBegin = 0
    case epochBegin
    case trainBatchBegin
    case trainBatchEnd
    case testBegin
    case testBatchBegin
    case testBatchEnd
    case testEnd
    case epochEnd
    case trainEnd
    case predictBatchEnd
  }

  public let kind: Kind
  /// From 0.
  public var epoch = 0
  public var epochs = 0
  /// From 0.
  public var batch = 0
  /// In this epoch, evaluation or prediction; 0 if only the end of a source's batches tells.
  public var batches = 0
  /// Done so far in this epoch, evaluation or prediction.
  public var samples = 0
  /// Loss and metrics: running means at a batch's end, final at the end of a test or an epoch; there validation's follow.
  public var values: [Double] = []

  init(_ kind: Kind) { self.kind = kind }
}

/// What a callback wants. Raw values are those of `scnn_answer`.
public enum Answer: Int32, Sendable {
  case proceed = 0
  /// End what the event belongs to (the training, an evaluation, a prediction) after this batch or epoch, as if done.
  case stop = 1
  /// End now with the error `cancelled`; finished batches keep their effect.
  case cancel = 2
}

public typealias EventHandler = (Event) -> Answer

/// Loss and metrics of every epoch of a `fit`.
public struct History: Sendable {
  /// Epochs that were trained, from 0.
  public internal(set) var epochs: [Int] = []
  /// "loss", the metrics' names, and their "val_" twins where an epoch was validated.
  public internal(set) var values: [String: [Double]] = [:]
}
