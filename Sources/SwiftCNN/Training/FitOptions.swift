/// How to go through the data; Keras's defaults. What is about the order of samples or the size of batches (`batchSize`, `shuffle`,
/// `firstEpoch`) a source of batches decides itself.
public struct FitOptions {
  /// Samples in a batch, above 0; the last batch may have fewer.
  public var batchSize = 32
  /// The epoch to stop before.
  public var epochs = 1
  /// The epoch to begin with, from 0.
  public var initialEpoch = 0
  /// The epoch with which the training began that this call resumes; nil if it begins here. With `stepsPerEpoch`, data go on where
  /// they would without the interruption.
  public var firstEpoch: Int?
  /// Batches in an epoch; 0 for the whole data once.
  public var stepsPerEpoch = 0
  /// Whether each pass through the data has a random order of its own, which the model's seed determines.
  public var shuffle = true
  /// The last fraction of the data is kept for validation.
  public var validationSplit = 0.0
  /// Samples to validate with; nil for those of `validationSplit` or `validationSource`, or no validation.
  public var validation: Samples?
  /// Batches to validate with instead.
  public var validationSource: (any BatchSource)?
  /// Samples in a batch of the validation; 0 for `batchSize`.
  public var validationBatchSize = 0
  /// Batches to validate with; 0 for all.
  public var validationSteps = 0
  /// Validate every so many epochs.
  public var validationFrequency = 1
  /// Validate after these epochs instead, which count from 0.
  public var validationEpochs: Set<Int>?
  /// For each output one weight a class, or nil; none at all where all classes weigh the same.
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
