/// Options of `fit`, with Keras's defaults. A source of batches decides itself on the order of samples and the size of batches,
/// so `batchSize`, `shuffle` and `firstEpoch` do not apply to it.
public struct FitOptions {
  /// Samples in a batch, at least 1. The last batch may have fewer.
  public var batchSize = 32
  /// The epoch before which training stops.
  public var epochs = 1
  /// The first epoch of this call, counted from 0.
  public var initialEpoch = 0
  /// The first epoch of the training that this call resumes; nil if the training begins with this call. With `stepsPerEpoch`, the
  /// data continue where they would have without the interruption.
  public var firstEpoch: Int?
  /// Batches in an epoch; 0 for one pass over the whole data.
  public var stepsPerEpoch = 0
  /// Whether each pass over the data has its own random order. The model's seed determines the order.
  public var shuffle = true
  /// The fraction of the data that is kept for validation. It is taken from the end.
  public var validationSplit = 0.0
  /// Samples for validation. If nil, `validationSplit` or `validationSource` is used; without these there is no validation.
  public var validation: Samples?
  /// A source of batches for validation, instead of samples.
  public var validationSource: (any BatchSource)?
  /// Samples in a batch of the validation; 0 for `batchSize`.
  public var validationBatchSize = 0
  /// Batches of the validation; 0 for all.
  public var validationSteps = 0
  /// The number of epochs from one validation to the next.
  public var validationFrequency = 1
  /// The epochs after which to validate, counted from 0. They replace the regular interval.
  public var validationEpochs: Set<Int>?
  /// For each output one weight per class, or nil. The list is empty if all classes weigh the same.
  public var classWeights: [[Double]?] = []

  /// Keras's defaults.
  public init() {}
}

extension FitOptions {
  func check() throws(SwiftCNNError) {
    let positive = [("batch_size", batchSize), ("validation_freq", validationFrequency)]
    for (name, value) in positive where value < 1 {
      throw .invalidValue("\(name) must be at least 1, got \(value)")
    }
    let counts = [
      ("epochs", epochs), ("initial_epoch", initialEpoch), ("first_epoch", firstEpoch ?? 0), ("steps_per_epoch", stepsPerEpoch),
      ("validation_batch_size", validationBatchSize), ("validation_steps", validationSteps),
    ]
    for (name, value) in counts where value < 0 {
      throw .invalidValue("\(name) must not be negative, got \(value)")
    }
    guard validationSplit >= 0, validationSplit < 1 else {
      throw .invalidValue("validation_split must be at least 0 and below 1, got \(validationSplit)")
    }
    guard validation == nil || validationSource == nil else {
      throw .invalidValue("got arrays and batches to validate with; give one of them")
    }
  }

  /// Whether to validate after this epoch.
  func validates(after epoch: Int) -> Bool {
    validationEpochs?.contains(epoch) ?? (epoch % validationFrequency == validationFrequency - 1)
  }

  /// The first sample of the validation split.
  func splitPoint(of samples: Int) throws(SwiftCNNError) -> Int {
    guard validationSplit > 0, validation == nil, validationSource == nil else { return samples }
    let point = Int(Double(samples) * (1 - validationSplit))
    guard point > 0, point < samples else {
      throw .invalidValue(
        "validation_split=\(validationSplit) of \(samples) samples leaves \(point) for training and \(samples - point) for "
          + "validation; both need at least one. Use another fraction, more data, or validation_data")
    }
    return point
  }
}
