import CKernels

/// What training needs of a model: its graph and its session, which changes with each step and is protected by locks.
protocol TrainableModel: AnyObject {
  var graph: Graph { get }
  var seed: UInt64 { get }
  var kernels: KernelTable { get }
  /// The number of epochs that were trained on arrays. The order of samples is a function of it.
  var epochs: Int { get }

  /// The graph for samples of the same size as `arrays`, which must fit the model's inputs.
  func graph(for inputs: [ArrayView]) throws(SwiftCNNError) -> Graph
  /// Runs `body` while no other thread uses the weights or the plans.
  func exclusively<R, Failure: Error>(_ body: (Session) throws(Failure) -> R) throws(Failure) -> R
  /// The same, after all weights have their initial values.
  func withWeights<R>(_ body: (Session) throws(SwiftCNNError) -> R) throws(SwiftCNNError) -> R
}

extension TrainableModel {
  /// Checks samples against the model and its compiled configuration.
  func dataset(_ samples: Samples, _ compiled: Compiled) throws(SwiftCNNError) -> Dataset {
    try Dataset(samples, model: try graph(for: samples.inputs), compiled: compiled, kernels: kernels)
  }

  /// For all samples as one batch.
  func trainer(_ samples: Samples, _ compiled: Compiled, classWeights: [[Double]?] = []) throws(SwiftCNNError) -> Trainer {
    let data = try dataset(samples, compiled).weighted(by: classWeights, kernels)
    return try Trainer(self, data, compiled, batchSize: data.count, inOrder: true)
  }
}
