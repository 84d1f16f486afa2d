/// Where every tensor of a plan lies in its arena.
///
/// First come the tensors that exist for the whole batch, placed by lifetime in stages. Then, for each thread, what exists
/// for the images it works on, placed by lifetime in operations. Both clocks (`Clock`) run forward, then backward.
struct PlanLayout {
  enum Home: Equatable {
    case none
    case input
    case batch(Int)
    /// Relative to the thread's memory.
    case thread(Int)
  }

  struct Tensor {
    var home: Home
    /// Elements an image.
    let elements: Int

    /// Whether the whole batch's lies in memory at once.
    var isBatch: Bool {
      switch home {
      case .input, .batch: true
      case .none, .thread: false
      }
    }
  }

  private(set) var values: [Tensor]
  private(set) var gradients: [Tensor]
  /// For each operation, where what it keeps lies.
  private(set) var kept: [Int] = []
  /// In a thread's memory, what each operation keeps through a group of images.
  private(set) var group: [Int] = []
  /// In a thread's memory, each operation's scratch.
  private(set) var forwardScratch: [Int] = []
  private(set) var backwardScratch: [Int] = []
  private(set) var arenaElements = 0
  private var firstThread = 0
  /// From one thread's memory to the next.
  private(set) var threadElements = 0
  private var partials: [Int: Partials] = [:]

  func threadStart(_ thread: Int) -> Int { firstThread + thread * threadElements }

  /// Where a stage sums the gradients of its weights.
  func partials(of stage: Stage) -> Partials { partials[stage.operations.lowerBound] ?? Partials(offset: 0, weights: 0..<0) }

  /// One set of gradients for each group of images.
  struct Partials {
    let offset: Int
    /// The stage's part of the flat buffers.
    let weights: Range<Int>
  }
}

extension PlanLayout {
  init(_ fusion: Fusion, stages: [Stage], options: Plan.Options) throws(SwiftCNNError) {
    values = fusion.valueElements.map { Tensor(home: .none, elements: $0) }
    gradients = values
    values[0].home = .input
    var builder = Builder(operations: fusion.operations, stages: stages, options: options)
    try builder.check(values)
    builder.placeValues(&values)
    if options.training {
      builder.placeGradients(&gradients, values)
      builder.placeKept(&kept)
      builder.placePartials(&partials)
    } else {
      kept = fusion.operations.map { _ in 0 }
    }
    builder.placeGroups(&group)
    forwardScratch = builder.scratch { $0.forward($1) }
    backwardScratch = options.training ? builder.scratch { $0.backward($1) } : forwardScratch
    firstThread = builder.arena.count
    threadElements = builder.threadArena.count.rounded(upTo: 1024)
    arenaElements = firstThread + options.threads * threadElements
  }
}

/// What happens when: `count` forward steps at 0, 1, …, and each step's backward part in the reverse order.
private struct Clock {
  let count: Int
  func forward(_ step: Int) -> Int { step }
  func backward(_ step: Int) -> Int { 2 * count - step }
}

private struct Builder {
  let operations: [any Operation]
  let stages: [Stage]
  let options: Plan.Options
  var arena = Arena()
  /// Memory of one thread.
  var threadArena = Arena()

  private let stageOf: [Int]
  /// Time in stages, for the arena, and in operations, for a thread's memory.
  private let stageClock: Clock
  private let clock: Clock

  init(operations: [any Operation], stages: [Stage], options: Plan.Options) {
    self.operations = operations
    self.stages = stages
    self.options = options
    stageOf = stages.enumerated().flatMap { s, stage in stage.operations.map { _ in s } }
    stageClock = Clock(count: stages.count)
    clock = Clock(count: operations.count)
  }

  /// Refuses sizes whose sum could overflow.
  func check(_ values: [PlanLayout.Tensor]) throws(SwiftCNNError) {
    var total = 0
    for tensor in values {
      total += try Shape.count([tensor.elements, options.capacity, 4], of: "a batch of \(options.capacity)")
      _ = try Shape.count([total, 2], of: "a batch of \(options.capacity)")
    }
  }

  /// Stage that makes value v, and stage that reads it forward.
  private func madeAt(_ v: Int) -> Int { v == 0 ? 0 : stageOf[v - 1] }
  private func readAt(_ v: Int) -> Int { v == operations.count ? stages.count : stageOf[v] }

  /// An output may lie on its input if nobody needs the input afterwards.
  private func isInPlace(_ i: Int) -> Bool {
    guard i > 0, operations[i].worksInPlace else { return false }
    let isReadLater = operations[i].backwardReadsInput || operations[i - 1].backwardReadsOutput
    return operations[i].leavesInput || !(options.training && isReadLater)
  }

  /// Values that lie on each other, as ranges of indices.
  private func aliases() -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for v in operations.indices.map({ $0 + 1 }) {
      if isInPlace(v - 1), let last = ranges.last {
        ranges[ranges.count - 1] = last.lowerBound...v
      } else {
        ranges.append(v...v)
      }
    }
    return ranges
  }

  /// A value that one stage makes and uses up needs room in each thread only, for the images that it takes at once.
  mutating func placeValues(_ values: inout [PlanLayout.Tensor]) {
    for range in aliases() {
      let elements = values[range.lowerBound].elements
      let (made, read) = (madeAt(range.lowerBound), readAt(range.upperBound))
      let home: PlanLayout.Home
      if options.training && isKept(range) {
        home = batch(elements, life: made...max(made, stageClock.backward(made)))
      } else if made == read {
        let images = stages[made].images(of: options.capacity, threads: options.threads)
        home = .thread(threadArena.place(elements * images, life: range.lowerBound - 1...range.upperBound))
      } else {
        home = batch(elements, life: made...read)
      }
      for v in range { values[v].home = home }
    }
  }

  /// Whether a backward step reads one of these values.
  private func isKept(_ range: ClosedRange<Int>) -> Bool {
    range.contains { v in
      operations[v - 1].backwardReadsOutput || (v < operations.count && operations[v].backwardReadsInput)
    }
  }

  mutating func placeGradients(_ gradients: inout [PlanLayout.Tensor], _ values: [PlanLayout.Tensor]) {
    let firstLearning = operations.firstIndex { $0.learns } ?? operations.count
    for range in aliases() where range.upperBound > firstLearning {
      let elements = values[range.lowerBound].elements
      let (made, read) = (readAt(range.upperBound), madeAt(range.lowerBound))
      let home: PlanLayout.Home
      if made == read && stages[read].scope == .image {
        let life = clock.backward(range.upperBound)...clock.backward(range.lowerBound - 1)
        let images = min(stages[read].imagesAtOnce, options.capacity)
        home = .thread(threadArena.place(elements * images, life: life))
      } else {
        home = batch(elements, life: stageClock.backward(made)...stageClock.backward(read))
      }
      for v in range where v > firstLearning { gradients[v].home = home }
    }
  }

  private mutating func batch(_ elements: Int, life: ClosedRange<Int>) -> PlanLayout.Home {
    .batch(arena.place(elements * options.capacity, life: life))
  }

  mutating func placeKept(_ kept: inout [Int]) {
    for (i, operation) in operations.enumerated() {
      if let keeper = operation.keepsIn {
        kept.append(kept[keeper.values.input])
        continue
      }
      let elements = operation.batchElements + operation.keptElements * options.capacity
      let life = stageOf[i]...stageClock.backward(stageOf[i])
      kept.append(elements == 0 ? 0 : arena.place(elements, life: life))
    }
  }

  /// The gradients of a stage's weights that learn, once for each group of images, while the stage runs backward.
  mutating func placePartials(_ partials: inout [Int: PlanLayout.Partials]) {
    for (s, stage) in stages.enumerated() where stage.scope == .image {
      let spans = stage.operations.compactMap { operations[$0].learns ? operations[$0].weightSpan : nil }
      guard let first = spans.first, let last = spans.last else { continue }
      let weights = first.lowerBound..<last.upperBound
      let groups = Stage.groups(options.capacity, weights: weights.count).count
      let time = stageClock.backward(s)
      partials[stage.operations.lowerBound] = PlanLayout.Partials(
        offset: arena.place(weights.count * groups, life: time...time), weights: weights)
    }
  }

  /// What an operation keeps through a group of images, while its stage runs backward.
  mutating func placeGroups(_ group: inout [Int]) {
    for (i, operation) in operations.enumerated() {
      let stage = stages[stageOf[i]].operations
      let life = clock.backward(stage.upperBound - 1)...clock.backward(stage.lowerBound)
      let elements = options.training ? operation.groupElements : 0
      group.append(elements == 0 ? 0 : threadArena.place(elements, life: life))
    }
  }

  /// What each operation needs while it runs.
  mutating func scratch(at time: (Clock, _ operation: Int) -> Int) -> [Int] {
    operations.indices.map { i in
      let elements = operations[i].scratchElements
      return elements == 0 ? 0 : threadArena.place(elements, life: time(clock, i)...time(clock, i))
    }
  }
}
