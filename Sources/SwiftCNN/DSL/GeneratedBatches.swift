/// Batches of arrays that Swift owns, which a function makes when they are asked for:
///
///     let batches = GeneratedBatches(perEpoch: 100) { epoch, batch in .init(x: try images(batch), y: try labels(batch)) }
///     try model.fit(batches, options: options)
public final class GeneratedBatches: BatchSource {
  /// Arrays for each input and each output of a model.
  public struct Batch {
    /// One for each input of the model: (n, input shape…).
    public var inputs: [Tensor]
    /// One for each output, as its loss wants it; nil for an output that is compared with nothing.
    public var targets: [Tensor?]
    /// A weight for each sample's loss: one array for each output, nil where all weigh 1; or none at all.
    public var sampleWeights: [Tensor?]

    /// Of a model with any number of inputs and outputs.
    public init(inputs: [Tensor], targets: [Tensor?] = [], sampleWeights: [Tensor?] = []) {
      self.inputs = inputs
      self.targets = targets
      self.sampleWeights = sampleWeights
    }

    /// Of a model with one input and one output.
    public init(x: Tensor, y: Tensor, sampleWeight: Tensor? = nil) {
      self.init(inputs: [x], targets: [y], sampleWeights: [sampleWeight])
    }
  }

  /// What errors call the batches.
  public let name: String
  /// Batches in an epoch; 0 if only the first nil tells.
  public let batchesPerEpoch: Int
  private let make: (_ epoch: Int, _ batch: Int) throws(SwiftCNNError) -> Batch?
  private var epoch = 0
  private var taken = 0
  /// The elements of the current batch.
  private var memory: [Buffer<UInt8>] = []

  /// Batches that the function `make` makes.
  ///
  /// - Parameters:
  ///   - name: what errors call the batches.
  ///   - perEpoch: how many there are in an epoch; 0 if only the first nil tells. An epoch ends at whichever comes first.
  ///   - make: the batch of this epoch with this number, from 0; nil where there are no more.
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
  /// - Returns: true, since a function never runs out of epochs.
  public func beginEpoch(_ epoch: Int) -> Bool {
    (self.epoch, taken) = (epoch, 0)
    return true
  }

  /// The batch that the function makes, in memory that lives until the next call of this method or `endEpoch`; nil at the end of
  /// the epoch.
  ///
  /// - Throws: what the function throws; `outOfMemory` if there is no room for a copy of the batch.
  public func nextBatch() throws(SwiftCNNError) -> Samples? {
    memory = []
    guard batchesPerEpoch == 0 || taken < batchesPerEpoch, let batch = try make(epoch, taken) else { return nil }
    taken += 1
    var inputs: [ArrayView] = []
    for tensor in batch.inputs { inputs.append(try keep(tensor)) }
    return Samples(inputs: inputs, targets: try keep(batch.targets), sampleWeights: try keep(batch.sampleWeights))
  }

  /// Gives the memory of the last batch back.
  public func endEpoch() { memory = [] }

  private func keep(_ tensors: [Tensor?]) throws(SwiftCNNError) -> [ArrayView?] {
    var views: [ArrayView?] = []
    for tensor in tensors { views.append(try tensor.map { tensor throws(SwiftCNNError) in try keep(tensor) }) }
    return views
  }

  /// A view of a copy that lives until the next batch.
  private func keep(_ tensor: Tensor) throws(SwiftCNNError) -> ArrayView {
    let (copy, view) = try tensor.copied()
    memory.append(copy)
    return view
  }
}
