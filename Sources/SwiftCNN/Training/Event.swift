/// An event during `fit`, `evaluate` or `predict`. Raw values are those of `scnn_event_kind`.
public struct Event: Sendable {
  /// The kinds of events.
  public enum Kind: Int32, Sendable {
    /// A training begins.
    case trainBegin = 0
    /// An epoch of training begins.
    case epochBegin
    /// A batch is about to be trained on.
    case trainBatchBegin
    /// A batch was trained on; `values` are means over the epoch so far.
    case trainBatchEnd
    /// An evaluation begins, on its own or as the validation after an epoch.
    case testBegin
    /// A batch is about to be evaluated.
    case testBatchBegin
    /// A batch was evaluated; `values` are means so far.
    case testBatchEnd
    /// An evaluation ends; `values` are final.
    case testEnd
    /// An epoch ends, validation included. `values` are final; if the epoch was validated, the validation's values follow.
    case epochEnd
    /// A training ends; the weights are final.
    case trainEnd
    /// A batch was predicted.
    case predictBatchEnd
  }

  /// The kind of the event.
  public let kind: Kind
  /// The epoch of the event, from 0; 0 outside of `fit`.
  public var epoch = 0
  /// The epoch before which training stops; 0 outside of `fit`.
  public var epochs = 0
  /// The batch of the event, from 0; 0 if the event is not about a batch.
  public var batch = 0
  /// The number of batches in this epoch, evaluation or prediction; 0 if a source does not know it before its end.
  public var batches = 0
  /// The number of samples done so far in this epoch, evaluation or prediction.
  public var samples = 0
  /// Loss and metrics: running means at the end of a batch, final values at the end of a test or an epoch. At the end of an
  /// epoch, the values of the validation follow.
  public var values: [Double] = []

  init(_ kind: Kind) { self.kind = kind }
}

/// What a callback returns. Raw values are those of `scnn_answer`.
public enum Answer: Int32, Sendable {
  /// Continue.
  case proceed = 0
  /// End the training, evaluation or prediction of the event after this batch or epoch, as if all were done.
  case stop = 1
  /// End immediately with the error `cancelled`. Finished batches keep their effect.
  case cancel = 2
}

/// A callback. It is called on the thread of `fit`, `evaluate` or `predict`, and its answer decides whether that call continues.
public typealias EventHandler = (Event) -> Answer

/// Loss and metrics of every epoch of a `fit`.
public struct History: Sendable {
  /// The epochs that were trained, counted from 0.
  public internal(set) var epochs: [Int] = []
  /// "loss", the metrics' names, and the same names with "val_" where an epoch was validated.
  public internal(set) var values: [String: [Double]] = [:]
}
