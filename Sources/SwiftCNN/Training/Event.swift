/// Something that happens during `fit`, `evaluate` or `predict`. Raw values are those of `scnn_event_kind`.
public struct Event: Sendable {
  /// What can happen.
  public enum Kind: Int32, Sendable {
    /// A training begins.
    case trainBegin = 0
    /// An epoch of training begins.
    case epochBegin
    /// A batch will be trained on.
    case trainBatchBegin
    /// A batch was trained on; `values` are means over the epoch so far.
    case trainBatchEnd
    /// An evaluation begins, or the validation after an epoch.
    case testBegin
    /// A batch will be evaluated.
    case testBatchBegin
    /// A batch was evaluated; `values` are means so far.
    case testBatchEnd
    /// An evaluation ends; `values` are final.
    case testEnd
    /// An epoch ends, validation included; `values` are final, validation's follow if there was one.
    case epochEnd
    /// A training ends; the weights are final.
    case trainEnd
    /// A batch was predicted.
    case predictBatchEnd
  }

  /// What happens.
  public let kind: Kind
  /// The epoch that it belongs to, from 0; 0 outside of `fit`.
  public var epoch = 0
  /// The epoch that training stops before; 0 outside of `fit`.
  public var epochs = 0
  /// The batch that it belongs to, from 0; 0 if it belongs to none.
  public var batch = 0
  /// In this epoch, evaluation or prediction; 0 if only the end of a source's batches tells.
  public var batches = 0
  /// Samples done so far in this epoch, evaluation or prediction.
  public var samples = 0
  /// Loss and metrics: running means at a batch's end, final at the end of a test or an epoch; there validation's follow.
  public var values: [Double] = []

  init(_ kind: Kind) { self.kind = kind }
}

/// What a callback wants. Raw values are those of `scnn_answer`.
public enum Answer: Int32, Sendable {
  /// Go on.
  case proceed = 0
  /// End what the event belongs to (the training, an evaluation, a prediction) after this batch or epoch, as if done.
  case stop = 1
  /// End now with the error `cancelled`; finished batches keep their effect.
  case cancel = 2
}

/// A callback, called on the thread of `fit`, `evaluate` or `predict`; its answer decides how that goes on.
public typealias EventHandler = (Event) -> Answer

/// Loss and metrics of every epoch of a `fit`.
public struct History: Sendable {
  /// Epochs that were trained, from 0.
  public internal(set) var epochs: [Int] = []
  /// "loss", the metrics' names, and their "val_" twins where an epoch was validated.
  public internal(set) var values: [String: [Double]] = [:]
}
