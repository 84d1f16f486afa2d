import CKernels
import CSwiftCNN

/// A network with its weights. Once compiled, it also has the state of its optimizer.
///
/// Every method may be called from any thread. Each call waits for the current batch of another call only. So a prediction during
/// `fit` sees the weights as they are between two steps.
public final class Model: TrainableModel, @unchecked Sendable {
  let graph: Graph
  let seed: UInt64
  let kernels: KernelTable
  /// The lock for everything but the weights.
  private let mutex: OpaquePointer
  /// That lock and those of the weights, in the order in which they are locked.
  private let mutexes: [OpaquePointer]
  private let state: Session

  init(graph: Graph, seed: UInt64, sharing layers: [SharedLayer] = []) throws(SwiftCNNError) {
    self.graph = graph
    self.seed = seed
    kernels = try InstructionSet.chosen().kernels
    if let message = scnn_i_threads_error() { throw .invalidValue(String(cString: message)) }
    guard let mutex = scnn_i_mutex_new() else { throw .outOfMemory("the model's lock needs memory, which cannot be had") }
    self.mutex = mutex
    do {
      let sources = layers.map { ($0.layer, WeightMap.Source(graph: $0.model.graph, map: $0.model.state.map, layer: $0.source)) }
      let map = try WeightMap(graph, seed: seed, sharing: Dictionary(sources) { _, last in last })
      state = Session(graph, map, seed: seed, kernels: kernels)
      mutexes = ([mutex] + state.map.parameters.map(\.mutex)).sorted { scnn_i_mutex_number($0) > scnn_i_mutex_number($1) }
    } catch {
      scnn_i_mutex_free(mutex)
      throw error
    }
  }

  /// Builds a model with new weights from its architecture. The architecture is JSON as docs/model-format.md describes it.
  /// - Parameters:
  ///   - seed: determines the weights, dropout and shuffling.
  ///   - sharing: layers that share their weights with layers of other models. A change in one model changes the others too.
  ///     Models that share weights wait for each other.
  /// - Throws: `invalidValue` if no model can be built from the architecture; `outOfMemory`.
  public convenience init(architecture json: String, seed: UInt64, sharing: [SharedLayer] = []) throws(SwiftCNNError) {
    try self.init(graph: try Graph(architecture: try JSON.parse(json)), seed: seed, sharing: sharing)
  }

  deinit { scnn_i_mutex_free(mutex) }

  /// Runs `body` while no other thread uses the weights or the plans.
  func exclusively<R, Failure: Error>(_ body: (Session) throws(Failure) -> R) throws(Failure) -> R {
    for mutex in mutexes { scnn_i_mutex_lock(mutex) }
    let mode = scnn_i_fp_enter()
    defer {
      scnn_i_fp_leave(mode)
      for mutex in mutexes.reversed() { scnn_i_mutex_unlock(mutex) }
    }
    return try body(state)
  }

  /// The same, after all weights have their initial values.
  func withWeights<R>(_ body: (Session) throws(SwiftCNNError) -> R) throws(SwiftCNNError) -> R {
    try drawWeights()
    return try exclusively(body)
  }

  /// The same, for state that is neither weights nor plans.
  func reading<R>(_ body: (Session) -> R) -> R {
    scnn_i_mutex_lock(mutex)
    defer { scnn_i_mutex_unlock(mutex) }
    return body(state)
  }

  /// The graph for samples of the same size as `inputs`, which must fit the model.
  func graph(for inputs: [ArrayView]) throws(SwiftCNNError) -> Graph {
    try Dataset.check(inputs, graph)
    if !graph.isOpen { return graph }
    let shapes = zip(inputs, graph.inputs).map { x, input in
      x.sampleShape.count < input.shape.count ? x.sampleShape + [1] : x.sampleShape
    }
    return try exclusively { state throws(SwiftCNNError) in try state.graph(for: shapes) }
  }

  // MARK: Description

  /// The architecture with every default and name filled in, as JSON.
  public var architecture: String { reading { architecture($0) } }
  func architecture(_ state: Session) -> String { graph.architecture(seed: seed, frozen: state.frozen).text }

  /// The layers' names in order.
  public var layerNames: [String] { graph.layers.map(\.name) }
  /// The shape of one sample of the first input. An axis of any size has a size that suits all layers.
  public var inputShape: [Int] { graph.inputShape }
  /// The shape of one sample of the first output.
  public var outputShape: [Int] { graph.outputShape }
  /// The shape of one sample of each input, as in `inputShape`.
  public var inputShapes: [[Int]] { graph.inputs.map(\.shape) }
  /// The shape of one sample of each output.
  public var outputShapes: [[Int]] { graph.outputShapes }
  /// Names of the inputs, in order.
  public var inputNames: [String] { graph.inputs.map(\.name) }
  /// The names of the layers that produce the outputs.
  public var outputNames: [String] { graph.outputNames }
  /// The number of elements in all weights, including those that no gradient reaches.
  public var parameterCount: Int { graph.parameterCount }
  /// "loss", then the metrics; empty before `compile`.
  public var metricsNames: [String] { reading { $0.compiled?.metricsNames ?? [] } }
  /// The number of tallies of each metric.
  public var tallyCounts: [Int] { reading { $0.compiled?.tallyCounts ?? [] } }
  /// The number of values that an evaluation returns, see `Scores.numbers`; 0 before `compile`.
  public var valueCount: Int { reading { $0.compiled?.valueCount ?? 0 } }
  /// The number of optimizer steps so far.
  public var iterations: Int { reading { $0.iterations } }
  /// The number of epochs that were trained on arrays. The order of samples is a function of it.
  public var epochs: Int { reading { $0.epochs } }

  var compileConfiguration: JSON {
    reading { state in
      guard let compiled = state.compiled else { return .null }
      var optimizer = compiled.optimizer
      optimizer.learningRate = state.learningRate
      return compiled.json(optimizer: optimizer)
    }
  }

  // MARK: Compile

  /// Sets the optimizer, loss and metrics, and resets the optimizer's state. Not allowed during `fit`.
  ///
  /// - Throws: `invalidValue` if an argument does not fit the model, `state` during `fit`; `outOfMemory`.
  public func compile(optimizer: Optimizer = .rmsprop(), loss: Loss, metrics: [Metric] = []) throws(SwiftCNNError) {
    try install(try Compiled(optimizer: optimizer, loss: loss, metrics: metrics, graph: graph))
  }

  /// The same with a loss and metrics for each output. An output with the loss nil does not contribute to the total loss. It
  /// throws the same errors.
  public func compile(
    optimizer: Optimizer = .rmsprop(), outputs: [(loss: Loss?, weight: Double, metrics: [Metric])]
  ) throws(SwiftCNNError) {
    try install(try Compiled(optimizer: optimizer, heads: outputs, graph: graph))
  }

  /// The same from JSON, as docs/model-format.md describes it. It throws the same errors.
  public func compile(configuration json: String) throws(SwiftCNNError) {
    try install(try Compiled(try JSON.parse(json), graph: graph))
  }

  private func install(_ compiled: Compiled) throws(SwiftCNNError) {
    try exclusively { state throws(SwiftCNNError) in
      guard !state.isFitting else {
        throw .state("the model is being fitted and cannot be compiled meanwhile; stop the training first, or compile a copy")
      }
      try state.compile(compiled)
    }
  }

  func requireCompiled() throws(SwiftCNNError) -> Compiled {
    guard let compiled = reading({ $0.compiled }) else {
      throw .state(
        "the model must be compiled with an optimizer and a loss before it is trained or evaluated; call compile first")
    }
    return compiled
  }

  /// The optimizer's step size. If it follows a schedule, this is the size of the next step.
  ///
  /// - Throws: `state` if the model is not compiled.
  public var learningRate: Double {
    get throws(SwiftCNNError) {
      _ = try requireCompiled()
      return reading { $0.learningRate.value(at: $0.iterations) }
    }
  }

  /// Sets the step size, from the next step on.
  ///
  /// - Throws: `state` if the model is not compiled; `invalidValue` if the rate is below 0 or not finite, or follows a schedule.
  public func setLearningRate(_ rate: Double) throws(SwiftCNNError) {
    _ = try requireCompiled()
    try LearningRate.constant(rate).check()
    try exclusively { state throws(SwiftCNNError) in
      guard state.learningRate.isConstant else {
        throw .invalidValue("the learning rate follows a schedule and cannot be set; compile the model with a number to set it")
      }
      state.learningRate = .constant(rate)
    }
  }

  /// Replaces the weights by their running mean, which an optimizer with an `average` keeps. `fit` does this at its end.
  ///
  /// - Throws: `state` if the model is not compiled.
  public func adoptWeightAverage() throws(SwiftCNNError) {
    _ = try requireCompiled()
    exclusively { $0.adoptAverage() }
  }
}
