/// Where every tensor of a plan lies in its arena.
///
/// First come the tensors of the whole batch; their lifetimes are counted in stages. Then each thread has memory for the images
/// that it works on; lifetimes there are counted in operations. Both clocks (`Clock`) run forward, then backward.
struct PlanLayout {
  enum Home: Equatable {
    case none
    /// The model's input with this number.
    case input(Int)
    case batch(Int)
    /// An offset in the thread's memory.
    case thread(Int)

    func advanced(by elements: Int) -> Home {
      switch self {
      case .none, .input: self
      case .batch(let start): .batch(start + elements)
      case .thread(let start): .thread(start + elements)
      }
    }
  }

  struct Tensor {
    var home: Home
    /// Elements from one image to the next.
    var elements: Int
    /// Elements from one row to the next, if the rows are parts of longer rows.
    var row: Int?

    var strides: Strides? { row.map { Strides(row: $0, image: elements) } }

    /// Whether the tensor of the whole batch is in memory at once.
    var isBatch: Bool {
      switch home {
      case .input, .batch: true
      case .none, .thread: false
      }
    }
  }

  private(set) var values: [Tensor]
  private(set) var gradients: [Tensor]
  /// Which operations run backward.
  let isDifferentiated: [Bool]
  /// For each operation, the place of the data that it saves for the backward pass or the loss.
  private(set) var saved: [Int] = []
  /// For each operation, the place in a thread's memory of the data that it keeps during a group of images.
  private(set) var group: [Int] = []
  /// For each operation, the place of its scratch in a thread's memory.
  private(set) var forwardScratch: [Int] = []
  private(set) var backwardScratch: [Int] = []
  private(set) var arenaElements = 0
  private var firstThread = 0
  /// Elements from one thread's memory to the next.
  private(set) var threadElements = 0
  /// Which memory becomes free at which time, for debug builds. Times are those of the stages in the arena, and those of the
  /// operations in a thread's memory.
  private(set) var poison = Poison()
  /// The partial gradients of each stage.
  private(set) var partials: [PartialGradients] = []
  /// Ranges of the flat buffers with the gradients of weights that several operations use. These operations add to the gradients.
  private(set) var sharedWeights: [Range<Int>] = []
  /// Ranges with the gradients of weights that would learn, but that no loss depends on.
  private(set) var unreachedWeights: [Range<Int>] = []

  func threadStart(_ thread: Int) -> Int { firstThread + thread * threadElements }
}

extension PlanLayout {
  /// - Parameters:
  ///   - losses: the numbers of the outputs that have a gradient.
  ///   - learning: the ranges of the flat buffers that learn.
  init(
    _ graph: OperationGraph, _ operations: [any Operation], stages: [Stage], losses: [Int], learning: [Range<Int>],
    options: PlanOptions
  ) throws(SwiftCNNError) {
    values = graph.elements.map { Tensor(home: .none, elements: $0) }
    gradients = values
    let liveness = Liveness(
      operations, values: values.count, inputs: graph.inputCount, outputs: graph.outputs,
      losses: Set(losses.map { graph.outputs[$0] }), training: options.training,
      differentiatesInputs: options.differentiatesInputs,
      concatenatesInPlace: !options.withoutRewrites.contains(Self.inPlaceConcatenation))
    isDifferentiated = liveness.isDifferentiated
    var builder = Builder(operations: operations, stages: stages, options: options, liveness: liveness)
    try builder.check(values)
    builder.placeValues(&values)
    for operation in operations { tell(operation) }
    if options.training {
      builder.placeGradients(&gradients)
      builder.placeSaved(&saved)
      sharedWeights = builder.sharedWeights()
      unreachedWeights = builder.unreachedWeights(of: learning)
      builder.placePartials(&partials, sharedWeights)
    } else {
      builder.placeLosses(&saved)
    }
    builder.placeGroups(&group)
    forwardScratch = builder.scratch { $0.forward($1) }
    backwardScratch = options.training ? builder.scratch { $0.backward($1) } : forwardScratch
    poison = Poison(arena: builder.arena, threadArena: builder.threadArena, without: group)
    firstThread = builder.arena.count
    threadElements = builder.threadArena.count.rounded(upTo: 1024)
    arenaElements = firstThread + options.threads * threadElements
  }

  /// The name that disables concatenations without copies when it is among `withoutRewrites`.
  static let inPlaceConcatenation = "concatenation in place"

  /// Gives an operation what it needs to know about the places of its values.
  private func tell(_ operation: any Operation) {
    let inputs = operation.values.inputs
    if case .input = values[inputs[0]].home { operation.values.readsModelInput = true }
    operation.values.outputStrides = values[operation.values.outputs[0]].strides
    operation.values.inputStrides = inputs.contains { values[$0].row != nil } ? inputs.map { values[$0].strides } : []
    guard let concatenation = operation as? ConcatenationOperation else { return }
    let output = values[operation.values.outputs[0]].home
    concatenation.inputsInPlace = zip(inputs, concatenation.starts).count { values[$0].home == output.advanced(by: $1) }
  }
}

private struct Builder {
  let operations: [any Operation]
  let stages: [Stage]
  let options: PlanOptions
  let liveness: Liveness
  var arena = Arena()
  /// The memory of one thread.
  var threadArena = Arena()

  private let stageOf: [Int]
  /// Time is counted in stages for the arena, and in operations for a thread's memory.
  private let stageClock: Clock
  private let clock: Clock

  init(operations: [any Operation], stages: [Stage], options: PlanOptions, liveness: Liveness) {
    self.operations = operations
    self.stages = stages
    self.options = options
    self.liveness = liveness
    stageOf = stages.enumerated().flatMap { s, stage in stage.operations.map { _ in s } }
    stageClock = Clock(count: stages.count)
    clock = Clock(count: operations.count)
  }

  /// Throws if the sum of the sizes could overflow.
  func check(_ values: [PlanLayout.Tensor]) throws(SwiftCNNError) {
    var total = 0
    for tensor in values {
      total += try Shape.count([tensor.elements, options.capacity, 4], of: "a batch of \(options.capacity)")
      _ = try Shape.count([total, 2], of: "a batch of \(options.capacity)")
    }
  }

  /// The stage of an operation. It is the end for the readers of the model's outputs, and in a model without operations.
  private func stage(of operation: Int) -> Int { operation < stageOf.count ? stageOf[operation] : stages.count }

  /// A value that only one stage makes and reads needs memory in each thread only, for the images that the stage takes at once.
  mutating func placeValues(_ values: inout [PlanLayout.Tensor]) {
    for same in liveness.classes where same.part == nil {
      if let input = same.input {
        for value in same.values { values[value].home = .input(input) }
        continue
      }
      let elements = values[same.values[0]].elements
      let (made, read) = (stage(of: same.made), stage(of: same.read))
      let home: PlanLayout.Home
      if same.isKept {
        home = batch(elements, life: made...max(made, stageClock.backward(made)))
      } else if made == read {
        let images = stages[made].images(of: options.capacity, threads: options.threads)
        home = .thread(threadArena.place(elements * images, life: same.made...same.read))
      } else {
        home = batch(elements, life: made...read)
      }
      for value in same.values { values[value].home = home }
    }
    for same in liveness.classes { placePart(same, &values) }
  }

  /// Places values in the rows of a whole, which may itself be part of another value.
  private func placePart(_ same: Liveness.Class, _ values: inout [PlanLayout.Tensor]) {
    guard var part = same.part else { return }
    var start = part.start
    while let next = liveness.classes[part.whole].part { (part, start) = (next, start + next.start) }
    let whole = values[liveness.classes[part.whole].values[0]]
    for value in same.values {
      values[value] = PlanLayout.Tensor(home: whole.home.advanced(by: start), elements: whole.elements, row: part.row)
    }
  }

  mutating func placeGradients(_ gradients: inout [PlanLayout.Tensor]) {
    for same in liveness.gradientClasses {
      let elements = gradients[same.values[0]].elements
      let (made, read) = (stage(of: same.read), stage(of: same.made))
      let home: PlanLayout.Home
      if same.input == nil && made == read && stages[read].scope == .image {
        let images = min(stages[read].imagesAtOnce, options.capacity)
        home = .thread(
          threadArena.place(elements * images, life: clock.backward(same.read)...clock.backward(same.made)))
      } else {
        home = batch(
          elements, life: stageClock.backward(made)...(same.input == nil ? stageClock.backward(read) : stageClock.end))
      }
      for value in same.values { gradients[value].home = home }
    }
  }

  private mutating func batch(_ elements: Int, life: ClosedRange<Int>) -> PlanLayout.Home {
    .batch(arena.place(elements * options.capacity, life: life))
  }

  mutating func placeSaved(_ saved: inout [Int]) {
    var places: [ObjectIdentifier: Int] = [:]
    for (i, operation) in operations.enumerated() {
      if let keeper = operation.sharesSavedWith {
        saved.append(places[ObjectIdentifier(keeper)] ?? 0)
        continue
      }
      let elements = operation.savedPerBatch + operation.savedPerImage * options.capacity
      let life = stageOf[i]...stageClock.backward(stageOf[i])
      saved.append(elements == 0 ? 0 : arena.place(elements, life: life))
      places[ObjectIdentifier(operation)] = saved[i]
    }
  }

  /// Places the data of operations that add to the loss, in inference. It is kept until the end.
  mutating func placeLosses(_ saved: inout [Int]) {
    for (i, operation) in operations.enumerated() {
      let elements = operation.addsToLoss ? operation.savedPerImage * options.capacity : 0
      saved.append(elements == 0 ? 0 : arena.place(elements, life: stageOf[i]...stages.count))
    }
  }

  /// Places the data that an operation keeps during a group of images, while its stage runs backward.
  mutating func placeGroups(_ group: inout [Int]) {
    for (i, operation) in operations.enumerated() {
      let stage = stages[stageOf[i]].operations
      let life = clock.backward(stage.upperBound - 1)...clock.backward(stage.lowerBound)
      let elements = options.training ? operation.groupScratch : 0
      group.append(elements == 0 ? 0 : threadArena.place(elements, life: life))
    }
  }

  /// Places the scratch that each operation needs while it runs.
  mutating func scratch(at time: (Clock, _ operation: Int) -> Int) -> [Int] {
    operations.indices.map { i in
      let elements = operations[i].scratchElements
      return elements == 0 ? 0 : threadArena.place(elements, life: time(clock, i)...time(clock, i))
    }
  }
}

// MARK: - Gradients of weights

extension Builder {
  /// Ranges of the flat buffers whose gradients come from several calls of a layer, or from several stages.
  func sharedWeights() -> [Range<Int>] {
    var (calls, stages): ([Range<Int>: Int], [Range<Int>: Set<Int>]) = ([:], [:])
    for (i, operation) in operations.enumerated() {
      guard let span = operation.gradientSpan else { continue }
      calls[span, default: 0] += operation.learns ? 1 : 0
      stages[span, default: []].insert(stageOf[i])
    }
    return calls.keys.filter { calls[$0, default: 0] > 1 || stages[$0, default: []].count > 1 }
      .sorted { $0.lowerBound < $1.lowerBound }
  }

  /// The ranges among `learning` whose gradients no operation adds to.
  func unreachedWeights(of learning: [Range<Int>]) -> [Range<Int>] {
    let reached = zip(operations, liveness.isDifferentiated).filter(\.1).compactMap(\.0.gradientSpan)
      .sorted { $0.lowerBound < $1.lowerBound }
    var next = 0
    return learning.filter { part in
      while next < reached.count, reached[next].upperBound <= part.lowerBound { next += 1 }
      return next == reached.count || reached[next].lowerBound > part.lowerBound
    }
  }

  /// Places the gradients of a stage's weights that learn: one set for each group of images, while the stage runs backward.
  mutating func placePartials(_ partials: inout [PartialGradients], _ shared: [Range<Int>]) {
    let spans = Set(operations.compactMap(\.gradientSpan)).sorted { $0.lowerBound < $1.lowerBound }
    let ranks = Dictionary(uniqueKeysWithValues: spans.enumerated().map { ($0.element, $0.offset) })
    let shared = Set(shared)
    for (s, stage) in stages.enumerated() {
      guard stage.scope == .image else {
        partials.append(PartialGradients())
        continue
      }
      var partial = PartialGradients(
        stage.operations.map { operations[$0].gradientSpan }, ranks: ranks, shared: shared)
      let groups = Stage.groups(options.capacity, weights: partial.count).count
      let time = stageClock.backward(s)
      if partial.count > 0 { partial.offset = arena.place(partial.count * groups, life: time...time) }
      partials.append(partial)
    }
  }
}
