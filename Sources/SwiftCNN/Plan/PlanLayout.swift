/// Where every tensor of a plan lies in its arena.
///
/// First come the tensors that exist for the whole batch, placed by lifetime: forward stage s happens at time s, backward
/// stage s at 2·stages - 1 - s. Then, for each thread, what exists for one image only.
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
  }

  private(set) var values: [Tensor]
  private(set) var gradients: [Tensor]
  /// For each operation, where what it keeps lies.
  private(set) var kept: [Int] = []
  /// Gradients of the weights, one set for each group of images.
  private(set) var partials = 0
  /// In a thread's memory, what each operation keeps through a group of images.
  private(set) var group: [Int] = []
  /// In a thread's memory, an operation's scratch.
  private(set) var scratch = 0
  private(set) var arenaElements = 0
  private var firstThread = 0
  private var threadElements = 0
  private var weightRanges: [Int: Range<Int>] = [:]

  func threadStart(_ thread: Int) -> Int { firstThread + thread * threadElements }

  /// The stage's part of the flat buffers.
  func weights(of stage: Stage) -> Range<Int> { weightRanges[stage.operations.lowerBound] ?? 0..<0 }
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
      partials = builder.placePartials(&weightRanges)
    } else {
      kept = fusion.operations.map { _ in 0 }
    }
    group = fusion.operations.map { operation in
      options.training && operation.groupElements > 0
        ? builder.threadArena.place(operation.groupElements, life: 0...Int.max - 1) : 0
    }
    scratch = builder.threadArena.place(fusion.operations.map(\.scratchElements).max() ?? 0, life: 0...Int.max - 1)
    firstThread = builder.arena.count
    threadElements = builder.threadArena.count.rounded(upTo: 1024)
    arenaElements = firstThread + options.threads * threadElements
  }
}

private struct Builder {
  let operations: [any Operation]
  let stages: [Stage]
  let options: Plan.Options
  var arena = Arena()
  /// Memory of one thread; everything in it lives at once, stage by stage it is small.
  var threadArena = Arena()

  private var lastTime: Int { 2 * stages.count }
  private let stageOf: [Int]

  init(operations: [any Operation], stages: [Stage], options: Plan.Options) {
    self.operations = operations
    self.stages = stages
    self.options = options
    stageOf = stages.enumerated().flatMap { s, stage in stage.operations.map { _ in s } }
  }

  /// Refuses sizes whose sum could overflow.
  func check(_ values: [PlanLayout.Tensor]) throws(SwiftCNNError) {
    var total = 0
    for tensor in values {
      total += try Shape.count([tensor.elements, options.capacity, 4], of: "a batch of \(options.capacity)")
    }
    _ = try Shape.count([total, 2], of: "a batch of \(options.capacity)")
  }

  /// Stage that makes value v, and stages that read it forward.
  private func madeAt(_ v: Int) -> Int { v == 0 ? 0 : stageOf[v - 1] }
  private func readAt(_ v: Int) -> Int { v == operations.count ? stages.count : stageOf[v] }
  private func backward(_ stage: Int) -> Int { 2 * stages.count - stage }

  /// An output may lie on its input if nobody needs the input afterwards.
  private func isInPlace(_ i: Int) -> Bool {
    i > 0 && operations[i].worksInPlace && !(options.training && operations[i - 1].backwardReadsOutput)
  }

  /// Values that lie on each other, as ranges of indices.
  private func aliases() -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for v in 1...operations.count {
      if isInPlace(v - 1), let last = ranges.last {
        ranges[ranges.count - 1] = last.lowerBound...v
      } else {
        ranges.append(v...v)
      }
    }
    return ranges
  }

  mutating func placeValues(_ values: inout [PlanLayout.Tensor]) {
    for range in aliases() {
      let (first, last) = (madeAt(range.lowerBound), readAt(range.upperBound))
      var end = last
      if options.training && isKept(range) { end = backward(madeAt(range.lowerBound)) }
      let home = home(
        elements: values[range.lowerBound].elements, isLocal: first == last && end == last, life: first...max(first, end))
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
    let firstWeighted = operations.firstIndex { $0.hasWeights } ?? operations.count
    for range in aliases() where range.upperBound > firstWeighted {
      let (first, last) = (backward(readAt(range.upperBound)), backward(madeAt(range.lowerBound)))
      let home = home(
        elements: values[range.lowerBound].elements,
        isLocal: first == last && stages[stageOf[range.lowerBound - 1]].scope == .image,
        life: first...max(first, last))
      for v in range where v > firstWeighted { gradients[v].home = home }
    }
  }

  /// A tensor that one image stage makes and uses up needs room for one image a thread.
  private mutating func home(elements: Int, isLocal: Bool, life: ClosedRange<Int>) -> PlanLayout.Home {
    if isLocal { return .thread(threadArena.place(elements, life: 0...Int.max - 1)) }
    return .batch(arena.place(elements * options.capacity, life: life))
  }

  mutating func placeKept(_ kept: inout [Int]) {
    for (i, operation) in operations.enumerated() {
      let life = stageOf[i]...backward(stageOf[i])
      kept.append(operation.keptElements == 0 ? 0 : arena.place(operation.keptElements * options.capacity, life: life))
    }
  }

  /// The gradients of a stage's weights, once for each group of images; stages take turns.
  mutating func placePartials(_ ranges: inout [Int: Range<Int>]) -> Int {
    var largest = 0
    for stage in stages where stage.scope == .image {
      let spans = stage.operations.compactMap { operations[$0].weightSpan }
      guard let first = spans.first, let last = spans.last else { continue }
      ranges[stage.operations.lowerBound] = first.lowerBound..<last.upperBound
      largest = max(largest, last.upperBound - first.lowerBound)
    }
    return arena.place(largest * min(options.capacity, Stage.mostGroups), life: 0...lastTime)
  }
}
