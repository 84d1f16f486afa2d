import CKernels

/// A model compiled for batches of up to `capacity` images: operations in stages, over one arena.
///
/// Consecutive operations that work image by image form one stage. A thread takes one image or a few through the whole stage. So
/// the values between two operations stay in the thread's cache, and need memory for these images only. See docs/architecture.md.
final class Plan {
  let options: PlanOptions
  let kernels: KernelTable
  private let operations: [any Operation]
  private let stages: [Stage]
  private let layout: PlanLayout
  private let packings: PlanDesign.Packings
  /// The values that are the model's outputs.
  private let outputs: [Int]
  /// For each operation, the places of its values.
  private let links: [Link]
  private let weights: WeightMap
  /// For each operation, a pointer to its layer's weights, shifted so that adding a weight's place gives the weight.
  private let weightBases: [UnsafeMutablePointer<Float>]
  /// The operations that compute statistics of the batch, in the order in which their layers are called.
  private let statistics: [Int]
  /// The operations that add to the loss.
  private let penalties: [Int]

  private let arena: FloatBuffer
  private let packed: FloatBuffer
  /// The version of the weights that are packed now.
  private var packedVersion = -1

  /// Makes the plan of a design, with its memory.
  init(_ design: PlanDesign, _ weights: WeightMap) throws(SwiftCNNError) {
    (options, kernels) = (design.options, design.kernels)
    (operations, stages, layout, packings) = (design.operations, design.stages, design.layout, design.packings)
    outputs = design.outputs
    self.weights = weights
    weightBases = design.weightPlaces.map(weights.base(at:))
    links = operations.map { Link($0, shared: Set(design.layout.sharedWeights)) }
    penalties = operations.indices.filter { [operations] in operations[$0].addsToLoss }
    statistics = operations.enumerated().filter { $0.element is BatchStatisticsOperation }
      .sorted { ($0.element.values.call, $0.offset) < ($1.element.values.call, $1.offset) }.map(\.offset)
    arena = try FloatBuffer(layout.arenaElements, for: "the model's plan for batches of \(options.capacity)")
    packed = try FloatBuffer(packings.elements, for: "the packed weights of the model")
  }
}

// MARK: - Running

extension Plan {
  /// The tensors of one run that are not part of the plan's memory.
  struct Batch {
    let inputs: [UnsafeMutablePointer<Float>]
    let count: Int
    let step: Int
    /// Changes whenever a weight changes.
    let weightsVersion: Int
  }

  /// Computes the outputs of all images. `output` returns them afterwards.
  func forward(_ batch: Batch) {
    pack(batch)
    for (s, stage) in stages.enumerated() {
      run(stage, batch.count) { [self] images, worker in
        for i in stage.operations {
          operations[i].forward(call(i, batch, images, worker, gradients: nil))
          layout.poison.afterOperation(i, threadMemory: arena.pointer + layout.threadStart(worker.thread))
        }
      }
      layout.poison.afterStage(s, arena: arena.pointer)
    }
  }

  /// The model's output with this number, for all images. It is valid until the next run.
  func output(_ number: Int, _ batch: Batch) -> UnsafeMutablePointer<Float> {
    pointer(layout.values[outputs[number]], batch, 0, 0)
  }

  /// Where the loss writes the gradient of an output before `backward`; nil if nothing learns from this output.
  func outputGradient(_ number: Int, _ batch: Batch) -> UnsafeMutablePointer<Float>? {
    let gradient = layout.gradients[outputs[number]]
    return gradient.home == .none ? nil : pointer(gradient, batch, 0, 0)
  }

  /// Writes the gradient of an output, before `backward`.
  func setOutputGradient(_ number: Int, _ values: UnsafeMutableBufferPointer<Float>, _ batch: Batch) {
    guard let source = values.baseAddress else { return }
    outputGradient(number, batch)?.update(from: source, count: values.count)
  }

  /// The gradient of the model's input with this number, for all images. It is valid from `backward` until the next run. It is
  /// nil if no output with a gradient depends on the input, or if the plan does not differentiate inputs.
  func inputGradient(_ number: Int, _ batch: Batch) -> UnsafeMutablePointer<Float>? {
    let gradient = layout.gradients[number]
    return gradient.home == .none ? nil : pointer(gradient, batch, 0, 0)
  }

  /// Computes the gradient of every weight from the gradients of the outputs, and overwrites the flat buffer `gradients` with the
  /// result.
  func backward(_ batch: Batch, into gradients: UnsafeMutablePointer<Float>) {
    for span in layout.sharedWeights + layout.unreachedWeights {
      (gradients + span.lowerBound).update(repeating: 0, count: span.count)
    }
    for (s, stage) in stages.enumerated().reversed() {
      if stage.scope == .image {
        backward(stage, layout.partials[s], batch, into: gradients)
      } else if layout.isDifferentiated[stage.operations.lowerBound] {
        let i = stage.operations.lowerBound
        operations[i].backward(call(i, batch, 0..<batch.count, Worker(threads: options.threads), gradients: gradients))
      }
      layout.poison.afterStage(Clock(count: stages.count).backward(s), arena: arena.pointer)
    }
  }

  /// Updates the weights that layers compute from the batch, such as moving statistics. Call it between `forward` in training and
  /// `backward`.
  /// - Returns: whether a weight was updated.
  @discardableResult
  func updateStatistics(_ batch: Batch) -> Bool {
    for i in statistics {
      (operations[i] as? BatchStatisticsOperation)?.updateMovingStatistics(
        call(i, batch, 0..<batch.count, Worker(), gradients: nil), in: weightBases[i])
    }
    return !statistics.isEmpty
  }

  /// The sum of what operations add to the loss of the batch, in their order. Call it after `forward`.
  func penalty(_ batch: Batch) -> Double {
    var sum = 0.0
    for i in penalties {
      guard let operation = operations[i] as? ActivityPenaltyOperation else { continue }
      sum += operation.penalty(call(i, batch, 0..<batch.count, Worker(), gradients: nil))
    }
    return sum
  }

  /// Each group of images sums its own gradients. Then the groups are added in order, so the sum does not depend on which thread
  /// computed which group.
  private func backward(
    _ stage: Stage, _ partials: PartialGradients, _ batch: Batch, into gradients: UnsafeMutablePointer<Float>
  ) {
    let active = stage.operations.filter { layout.isDifferentiated[$0] }
    if active.isEmpty { return }
    let groups = Stage.groups(batch.count, weights: partials.count)
    parallel(groups.count, limit: options.threads, work: 2 * stage.work * batch.count) { group, thread in
      let partial = arena.pointer + partials.offset + group * partials.count
      partial.update(repeating: 0, count: partials.count)
      func call(_ i: Int, _ images: Range<Int>) -> OperationCall {
        self.call(
          i, batch, images, Worker(thread: thread), gradients: partial + partials.shifts[i - stage.operations.lowerBound])
      }
      for i in active { operations[i].beginGroup(call(i, groups[group])) }
      for images in stage.chunks(groups[group]) {
        for i in active.reversed() {
          operations[i].backward(call(i, images))
          layout.poison.afterOperation(
            Clock(count: operations.count).backward(i), threadMemory: arena.pointer + layout.threadStart(thread))
        }
      }
      for i in active { operations[i].endGroup(call(i, groups[group])) }
    }
    addUp(partials, groups: groups.count, into: gradients)
  }

  private func addUp(_ partials: PartialGradients, groups: Int, into gradients: UnsafeMutablePointer<Float>) {
    for part in partials.parts {
      let count = part.weights.count
      let first = arena.pointer + partials.offset + part.start
      parallel(over: count, by: 1 << 13, limit: options.threads, work: groups * count * ParallelThreshold.element) { range in
        let target = gradients + part.weights.lowerBound + range.lowerBound
        if !part.adds { target.update(from: first + range.lowerBound, count: range.count) }
        for group in (part.adds ? 0 : 1)..<max(1, groups) {
          kernels.add_scaled(first + group * partials.count + range.lowerBound, 1, target, range.count)
        }
      }
    }
  }

  /// The caller of an operation: one of several threads with images of their own, or one thread that may share the work with all
  /// others.
  private struct Worker {
    var thread = 0
    var threads = 1
  }

  /// Each thread takes images of its own. If all images form one call, operations may share their work between threads.
  private func run(_ stage: Stage, _ count: Int, _ body: (_ images: Range<Int>, _ worker: Worker) -> Void) {
    let size = stage.scope == .batch ? count : stage.images(of: count, threads: options.threads)
    if size == count { return body(0..<count, Worker(threads: options.threads)) }
    parallel((count + size - 1) / size, limit: options.threads, work: stage.work * count) { task, thread in
      body(task * size..<min(count, (task + 1) * size), Worker(thread: thread))
    }
  }

  private func pack(_ batch: Batch) {
    guard packedVersion != batch.weightsVersion else { return }
    let all = packings.all
    let tasks = all.indices.flatMap { i in (0..<all[i].tasks).map { (i, $0) } }
    parallel(tasks.count, limit: options.threads, work: packed.count * ParallelThreshold.element) { task, _ in
      let (i, part) = tasks[task]
      all[i].run(part, weights.reading, packed.pointer + packings.offsets[i])
    }
    packedVersion = batch.weightsVersion
  }

  /// What a call needs to know about its operation; computed once.
  private struct Link {
    let input: Int
    let output: Int
    /// All inputs and outputs, if the operation has several.
    let inputs: [Int]
    let outputs: [Int]
    let savedPerImage: Int
    let savedPerBatch: Int
    let isFrozen: Bool
    let addsWeightGradients: Bool

    init(_ operation: any Operation, shared: Set<Range<Int>>) {
      let values = operation.values
      let hasSeveral = values.inputs.count > 1 || values.outputs.count > 1
      (input, output) = (values.inputs[0], values.outputs[0])
      (inputs, outputs) = hasSeveral ? (values.inputs, values.outputs) : ([], [])
      let keeper = operation.sharesSavedWith ?? operation
      (savedPerImage, savedPerBatch) = (keeper.savedPerImage, keeper.savedPerBatch)
      isFrozen = values.isFrozen
      addsWeightGradients = operation.weightSpan.map(shared.contains) ?? false
    }
  }

  private func call(
    _ index: Int, _ batch: Batch, _ images: Range<Int>, _ worker: Worker, gradients: UnsafeMutablePointer<Float>?
  ) -> OperationCall {
    let link = links[index]
    let first = images.lowerBound
    let thread = worker.thread
    let scratch = gradients == nil ? layout.forwardScratch : layout.backwardScratch
    func value(_ value: Int) -> UnsafeMutablePointer<Float> { pointer(layout.values[value], batch, first, thread) }
    func gradient(_ value: Int) -> UnsafeMutablePointer<Float>? {
      layout.gradients[value].home == .none ? nil : pointer(layout.gradients[value], batch, first, thread)
    }
    var call = OperationCall(
      kernels: kernels, threads: worker.threads, step: batch.step, weights: weightBases[index],
      packed: packed.pointer + packings.offsets[index],
      scratch: arena.pointer + layout.threadStart(thread) + scratch[index], scratchStep: layout.threadElements,
      group: arena.pointer + layout.threadStart(thread) + layout.group[index],
      saved: arena.pointer + layout.saved[index] + link.savedPerBatch + first * link.savedPerImage,
      batchSaved: arena.pointer + layout.saved[index],
      firstImage: first, count: images.count, batchSize: batch.count,
      input: value(link.input), inputIsBatch: layout.values[link.input].isBatch, output: value(link.output),
      inputGradient: gradients == nil ? nil : gradient(link.input),
      outputGradient: gradients == nil ? nil : gradient(link.output),
      weightGradients: link.isFrozen ? nil : gradients, addsWeightGradients: link.addsWeightGradients)
    if !link.inputs.isEmpty {
      call.inputs = link.inputs.map(value)
      if gradients != nil {
        call.inputGradients = link.inputs.map(gradient)
        call.outputGradients = link.outputs.map(gradient)
      }
    }
    return call
  }

  private func pointer(_ tensor: PlanLayout.Tensor, _ batch: Batch, _ image: Int, _ thread: Int) -> UnsafeMutablePointer<Float> {
    switch tensor.home {
    case .input(let number): batch.inputs[number] + image * tensor.elements
    case .batch(let offset): arena.pointer + offset + image * tensor.elements
    case .thread(let offset): arena.pointer + layout.threadStart(thread) + offset
    case .none: arena.pointer
    }
  }
}
