/// Batches of arrays that Swift owns. A function makes them on demand:
///
///     let batches = GeneratedBatches(perEpoch: 100) { epoch, batch in .init(x: try images(batch), y: try labels(batch)) }
///     try model.fit(batches, options: options)
public final class GeneratedBatches: BatchSource {
  /// Arrays for each input and each output of a model.
  public struct Batch {
    /// One for each input of the model: (n, input shape…).
    public var inputs: [Tensor]
    /// One array for each output, in the form that its loss requires; nil for an output without targets.
    public var targets: [Tensor?]
    /// A weight for each sample's loss. Give one array for each output, nil where all weights are 1, or an empty list.
    public var sampleWeights: [Tensor?]

    /// For a model with any number of inputs and outputs.
    public init(inputs: [Tensor], targets: [Tensor?] = [], sampleWeights: [Tensor?] = []) {
      self.inputs = inputs
      self.targets = targets
      self.sampleWeights = sampleWeights
    }

    /// For a model with one input and one output.
    public init(x: Tensor, y: Tensor, sampleWeight: Tensor? = nil) {
      self.init(inputs: [x], targets: [y], sampleWeights: [sampleWeight])
    }
  }

  /// The name of the batches in error messages.
  public let name: String
  /// Batches in an epoch; 0 if only the first nil shows the end.
  public let batchesPerEpoch: Int
  private let make: (_ epoch: Int, _ batch: Int) throws(SwiftCNNError) -> Batch?
  private var epoch = 0
  private var taken = 0
  /// The elements of the current batch.
  private var memory: [Buffer<UInt8>] = []

  /// Creates a source of batches from the function `make`.
  ///
  /// - Parameters:
  ///   - name: the name of the batches in error messages.
  ///   - perEpoch: the number of batches in an epoch; 0 if only nil ends an epoch. An epoch ends after this many batches, or at
  ///     the first nil.
  ///   - make: returns the batch of this epoch with this number, counted from 0; nil if there are no more.
  public init(
    _ name: String = "the generator", perEpoch: Int = 0,
    _ make: @escaping (_ epoch: Int, _ batch: Int) throws(SwiftCNNError) -> Batch?
  ) {
    self.name = name
    batchesPerEpoch = max(0, perEpoch)
    self.make = make
  }

  /// Begins the epoch with its batch 0.
  ///
  /// - Returns: true, because a function can make any number of epochs.
  public func beginEpoch(_ epoch: Int) -> Bool {
    (self.epoch, taken) = (epoch, 0)
    return true
  }

  /// The next batch of the function, in memory that is valid until the next call of this method or `endEpoch`; nil at the end of
  /// the epoch.
  ///
  /// - Throws: the errors of the function; `outOfMemory` if there is no memory for a copy of the batch.
  public func nextBatch() throws(SwiftCNNError) -> Samples? {
    memory = []
    guard batchesPerEpoch == 0 || taken < batchesPerEpoch, let batch = try make(epoch, taken) else { return nil }
    taken += 1
    var inputs: [ArrayView] = []
    for tensor in batch.inputs { inputs.append(try keep(tensor)) }
    return Samples(inputs: inputs, targets: try keep(batch.targets), sampleWeights: try keep(batch.sampleWeights))
  }

  /// Frees the memory of the last batch.
  public func endEpoch() { memory = [] }

  private func keep(_ tensors: [Tensor?]) throws(SwiftCNNError) -> [ArrayView?] {
    var views: [ArrayView?] = []
    for tensor in tensors { views.append(try tensor.map { tensor throws(SwiftCNNError) in try keep(tensor) }) }
    return views
  }

  /// A view of a copy that is valid until the next batch.
  private func keep(_ tensor: Tensor) throws(SwiftCNNError) -> ArrayView {
    let (copy, view) = try tensor.copied()
    memory.append(copy)
    return view
  }
}
