import CKernels
import CSwiftCNN
import Glibc

/// All parts of a model that change. Use it only inside `TrainableModel.exclusively`.
final class Session {
  private let graph: Graph
  private let seed: UInt64
  private let kernels: KernelTable
  /// The places of the weights. Each layer has an offset in a flat layout, which may consist of several blocks of memory.
  let map: WeightMap
  /// Whether all weights have their initial values; see `Model.drawWeights`.
  var isDrawn = false
  /// The gradients of one step, in the flat layout and in one block. Allocated on first use.
  private var gradientBuffer: FloatBuffer?
  /// The optimizer's moments, with the same layout.
  private(set) var slots: [FloatBuffer] = []
  private(set) var compiled: Compiled?
  /// The layers whose weights do not learn.
  private(set) var frozen: Set<Int>
  /// Computed on first use.
  private var learning: Learning?
  /// The penalty, with the version of the weights that it belongs to.
  private var knownPenalty: (version: Int, value: Double)?
  var learningRate: LearningRate = 0
  /// The number of optimizer steps and epochs so far. Dropout and shuffling are functions of these.
  var iterations = 0
  var epochs = 0
  /// The process that runs `fit`. A child process that was forked in the meantime runs none.
  private var fittingProcess: pid_t?
  var isFitting: Bool {
    get { fittingProcess == getpid() }
    set { fittingProcess = newValue ? getpid() : nil }
  }
  /// For tests and measurements: see `PlanOptions`.
  var allowsWinograd = true { didSet { plans = [] } }
  var withoutRewrites: Set<String> = [] { didSet { plans = [] } }
  private var plans: [Plan] = []
  private var sizedGraphs: [Graph] = []

  private static let chunk = 1 << 14
  /// More plans than any usual way of training or inference needs. Each choice of outputs to differentiate needs a plan of its
  /// own.
  private static let mostPlans = 8

  init(_ graph: Graph, _ map: WeightMap, seed: UInt64, kernels: KernelTable) {
    self.graph = graph
    self.map = map
    self.seed = seed
    self.kernels = kernels
    frozen = graph.frozen
  }

  private func place(of index: Int) -> (parameters: Parameters, place: Int) {
    let place = graph.weights[index].offset
    let part = map.part(at: place)
    return (part.parameters, place - part.range.lowerBound + part.start)
  }

  /// How to draw weight `index`; nil once it has a value.
  func initialValue(_ index: Int) -> InitialValue? {
    let (parameters, place) = place(of: index)
    return parameters.initialValue(at: place)
  }

  /// Weight `index` in memory; it must already have its value.
  func values(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    let (parameters, place) = place(of: index)
    return parameters.values(at: place, count: graph.weights[index].count)
  }

  /// Weight `index`, which the caller will overwrite.
  func room(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    let (parameters, place) = place(of: index)
    parameters.haveChanged()
    return parameters.room(at: place, count: graph.weights[index].count)
  }

  func values(_ index: Int, in buffer: FloatBuffer) -> UnsafeMutableBufferPointer<Float> {
    let weight = graph.weights[index]
    return UnsafeMutableBufferPointer(start: buffer.pointer + weight.offset, count: weight.count)
  }

  func compile(_ compiled: Compiled) throws(SwiftCNNError) {
    var slots: [FloatBuffer] = []
    for name in compiled.optimizer.slots {
      let slot = try FloatBuffer(graph.bufferCount, for: "the optimizer's state")
      slot.values.update(repeating: compiled.optimizer.initialValue(of: name))
      slots.append(slot)
    }
    self.slots = slots
    self.compiled = compiled
    learningRate = compiled.optimizer.learningRate
    iterations = 0
    plans = []
  }

  /// Throws if the model was compiled again after `compiled`. The moments then belong to another optimizer.
  func requireCurrent(_ compiled: Compiled) throws(SwiftCNNError) {
    guard compiled === self.compiled else {
      throw .state("the model was compiled anew by another thread while it was being trained; train it again")
    }
  }

  /// Takes effect with the next batch.
  func freeze(_ layers: Set<Int>) {
    frozen = layers
    learning = nil
    knownPenalty = nil
    plans = []
  }

  /// What the optimizer works on. It is computed on demand after layers were frozen or unfrozen, because a caller may change many
  /// layers one by one.
  private func whatLearns() -> Learning {
    if let learning { return learning }
    let found = Learning(graph.learning(frozen: frozen))
    learning = found
    return found
  }

  /// Call this after any change of the weights.
  func weightsChanged() { for parameters in map.parameters { parameters.haveChanged() } }

  var gradients: FloatBuffer {
    get throws(SwiftCNNError) {
      if let gradientBuffer { return gradientBuffer }
      let buffer = try FloatBuffer(graph.bufferCount, for: "the gradients of \(graph.parameterCount) parameters")
      gradientBuffer = buffer
      return buffer
    }
  }

  /// One optimizer step with the gradients. Clipping changes them in place.
  func step(_ optimizer: Optimizer, _ gradients: FloatBuffer) {
    let learning = whatLearns()
    optimizer.clipping?.apply(to: gradients.pointer, of: learning.weights, kernels, threads: Int(scnn_i_threads()))
    let rate = learningRate.value(at: iterations)
    for range in learning.ranges {
      map.forEachPart(of: range) { part, base in
        let (count, start) = (part.count, part.lowerBound)
        parallel(over: count, by: Self.chunk, limit: Int(scnn_i_threads()), work: count * ParallelThreshold.element) { range in
          optimizer.update(
            kernels, weights: base, gradients: gradients.pointer, slots: slots.map(\.pointer),
            range: start + range.lowerBound..<start + range.upperBound, rate: rate, step: iterations + 1)
        }
      }
    }
    for (weight, constraint) in learning.constrained {
      constraint.apply(
        to: map.base(at: weight.offset) + weight.offset, shape: weight.shape, threads: Int(scnn_i_threads()))
    }
    iterations += 1
    weightsChanged()
  }

  /// The part of the loss that comes from regularizers. Their gradient is added to `gradients`.
  func penalize(_ gradients: FloatBuffer?) -> Double {
    let penalty = whatLearns().penalty
    if penalty.isEmpty { return 0 }
    if gradients == nil, let knownPenalty, knownPenalty.version == map.version { return knownPenalty.value }
    let value = penalty.evaluate(
      kernels, weights: map.reading, gradients: gradients?.pointer, threads: Int(scnn_i_threads()))
    knownPenalty = (map.version, value)
    return value
  }

  /// Replaces the weights by their running mean, if the optimizer keeps one and has made a step.
  func adoptAverage() {
    guard compiled?.optimizer.average != nil, iterations > 0, let average = slots.last else { return }
    for range in whatLearns().ranges {
      map.forEachPart(of: range) { part, base in
        (base + part.lowerBound).update(from: average.pointer + part.lowerBound, count: part.count)
      }
    }
    weightsChanged()
  }

  /// - Parameter step: the step that determines the layers' random numbers; nil for the optimizer's.
  func batch(
    _ inputs: [UnsafeMutablePointer<Float>], _ count: Int, step: Int? = nil
  ) -> Plan.Batch {
    Plan.Batch(
      inputs: inputs, count: count, step: step ?? iterations, weightsVersion: map.version)
  }

  /// The model's graph for inputs of these shapes. The most recent graphs are kept.
  func graph(for shapes: [[Int]]) throws(SwiftCNNError) -> Graph {
    if let known = sizedGraphs.first(where: { $0.inputs.map(\.shape) == shapes }) { return known }
    let sized = try graph.sized(for: shapes)
    if sizedGraphs.count == Self.mostPlans { sizedGraphs.removeFirst() }
    sizedGraphs.append(sized)
    return sized
  }

  /// A plan for at least `batchSize` images. It is kept for the next call.
  /// - Parameters:
  ///   - compiled: determines which outputs have a loss and which losses read logits; nil if the caller needs the outputs.
  ///   - graph: the graph for samples of this size; nil for the model's own.
  ///   - behavior: how layers behave in training. `.inference` gives gradients without dropout and batch statistics.
  func plan(
    training: Bool, compiled: Compiled?, graph: Graph? = nil, batchSize: Int, behavior: LayerBehavior = .training
  ) throws(SwiftCNNError) -> Plan {
    let graph = graph ?? self.graph
    return try plan(options(training: training, compiled: compiled, graph, batchSize: batchSize, behavior: behavior), graph)
  }

  /// A plan for the gradients of the weights, and of the model's inputs if needed, from the gradients of some outputs.
  /// - Parameter outputs: for each output, whether its gradient is given.
  func plan(
    differentiating outputs: [Bool], inputs: Bool, behavior: LayerBehavior, graph: Graph, batchSize: Int
  ) throws(SwiftCNNError) -> Plan {
    var options = options(training: true, compiled: nil, graph, batchSize: batchSize, behavior: behavior)
    (options.hasLoss, options.differentiatesInputs) = (outputs, inputs)
    return try plan(options, graph)
  }

  private func plan(_ options: PlanOptions, _ graph: Graph) throws(SwiftCNNError) -> Plan {
    let same = plans.firstIndex { $0.options.computesSame(as: options) }
    if let same, plans[same].options.capacity >= options.capacity, plans[same].options.threads == options.threads {
      return plans[same]
    }
    let plan = try Plan(PlanDesign(graph, frozen: frozen, seed: seed, options: options, kernels: kernels), map)
    if let same { plans.remove(at: same) } else if plans.count == Self.mostPlans { plans.removeFirst() }
    plans.append(plan)
    return plan
  }

  func design(
    training: Bool, compiled: Compiled?, batchSize: Int, behavior: LayerBehavior = .training
  ) throws(SwiftCNNError) -> PlanDesign {
    let options = options(training: training, compiled: compiled, graph, batchSize: batchSize, behavior: behavior)
    return try PlanDesign(graph, frozen: frozen, seed: seed, options: options, kernels: kernels)
  }

  private func options(
    training: Bool, compiled: Compiled?, _ graph: Graph, batchSize: Int, behavior: LayerBehavior
  ) -> PlanOptions {
    PlanOptions(
      inputShapes: graph.inputs.map(\.shape), training: training, behavior: behavior,
      endsInLogits: compiled?.endsInLogits ?? graph.outputs.map { _ in false },
      hasLoss: compiled?.hasLoss ?? graph.outputs.map { _ in true }, capacity: batchSize, threads: Int(scnn_i_threads()),
      allowsWinograd: allowsWinograd, withoutRewrites: withoutRewrites)
  }

  /// Bytes of the flat buffers: the weights, and in training also their gradients and the optimizer's moments.
  func bytes(training: Bool) -> Int {
    graph.bufferCount * MemoryLayout<Float>.stride * (training ? 2 + slots.count : 1)
  }
}

/// The weights that learn, given the layers that are frozen.
private struct Learning {
  /// Each weight's place in the flat buffers.
  let weights: [Range<Int>]
  /// The ranges of the flat buffers that learn. Neighbouring weights form one range.
  let ranges: [Range<Int>]
  let penalty: Penalty
  /// The weights with a constraint.
  let constrained: [(weight: Graph.Weight, constraint: Constraint)]

  init(_ learning: [Graph.Weight]) {
    weights = learning.map { $0.offset..<$0.offset + $0.count }
    penalty = Penalty(
      learning.compactMap { weight in
        weight.regularizer.map { Penalty.Part(range: weight.offset..<weight.offset + weight.count, regularizer: $0) }
      })
    constrained = learning.compactMap { weight in weight.constraint.map { (weight, $0) } }
    var ranges: [Range<Int>] = []
    for weight in learning {
      let range = weight.offset..<weight.offset + weight.count.rounded(upTo: 16)
      if let last = ranges.last, last.upperBound == range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    self.ranges = ranges
  }
}
