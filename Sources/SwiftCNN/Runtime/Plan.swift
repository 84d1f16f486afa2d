import CKernels

/// A model compiled for batches of up to `capacity` images: operations in stages, over one arena.
///
/// A run of operations that work image by image is one stage: a thread takes an image, or a few, through all of it, so what lies
/// between two operations stays in its cache and needs memory for these images only. See docs/architecture.md.
final class Plan {
  let options: PlanOptions
  let kernels: KernelTable
  private let operations: [any Operation]
  private let stages: [Stage]
  private let layout: PlanLayout
  private let packings: PlanDesign.Packings
  /// The values that are the model's outputs.
  private let outputs: [Int]
  /// The values of each operation.
  private let links: [Link]
  private let weights: WeightMap
  /// For each operation, shifted so that the places of its layer's weights find them.
  private let weightBases: [UnsafeMutablePointer<Float>]
  /// The operations that take statistics of the batch, in the order of their layers' calls.
  private let statistics: [Int]
  /// The operations that add to the loss.
  private let penalties: [Int]

  private let arena: FloatBuffer
  private let packed: FloatBuffer
  /// The version of the weights that lies packed.
  private var packedVersion = -1

  /// The design with its memory.
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
  /// The tensors of one run that live outside the plan.
  struct Batch {
    let inputs: [UnsafeMutablePointer<Float>]
    let count: Int
    let step: Int
    /// Changes whenever a weight does.
    let weightsVersion: Int
  }

  /// Computes the outputs of every image, which `output` then finds.
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

  /// The model's output of this number, of all images; valid until the next run.
  func output(_ number: Int, _ batch: Batch) -> UnsafeMutablePointer<Float> {
    pointer(layout.values[outputs[number]], batch, 0, 0)
  }

  /// Where the loss writes the gradient of an output before `backward`; nil where nothing learns from it.
  func outputGradient(_ number: Int, _ batch: Batch) -> UnsafeMutablePointer<Float>? {
    let gradient = layout.gradients[outputs[number]]
    return gradient.home == .none ? nil : pointer(gradient, batch, 0, 0)
  }

  /// Writes the gradient of an output, before `backward`.
  func setOutputGradient(_ number: Int, _ values: UnsafeMutableBufferPointer<Float>, _ batch: Batch) {
    guard let source = values.baseAddress else { return }
    outputGradient(number, batch)?.update(from: source, count: values.count)
  }

  /// The gradient of the model's input of this number, of all images; valid from `backward` until the next run. Nil where no
  /// output with a gradient depends on it, and in plans that do not differentiate inputs.
  func inputGradient(_ number: Int, _ batch: Batch) -> UnsafeMutablePointer<Float>? {
    let gradient = layout.gradients[number]
    return gradient.home == .none ? nil : pointer(gradient, batch, 0, 0)
  }

  /// From the gradients of the outputs to the gradient of every weight, in the flat buffer `gradients`, which is overwritten.
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

  /// After `forward` as in training, before `backward`: what the layers remember of the batch goes into their weights.
  /// - Returns: whether there was anything.
  @discardableResult
  func updateStatistics(_ batch: Batch) -> Bool {
    for i in statistics {
      (operations[i] as? BatchStatisticsOperation)?.updateMovingStatistics(
        call(i, batch, 0..<batch.count, Worker(), gradients: nil), in: weightBases[i])
    }
    return !statistics.isEmpty
  }

  /// After `forward`: what operations add to the loss of the batch, in their order.
  func penalty(_ batch: Batch) -> Double {
    var sum = 0.0
    for i in penalties {
      guard let operation = operations[i] as? ActivityPenaltyOperation else { continue }
      sum += operation.penalty(call(i, batch, 0..<batch.count, Worker(), gradients: nil))
    }
    return sum
  }

  /// Each group of images sums its gradients on its own; then the groups are added in order. So the sum does not depend on
  /// which thread took which group.
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

  /// Who makes a call: a thread of its own, or the caller, who may share the work with all threads.
  private struct Worker {
    var thread = 0
    var threads = 1
  }

  /// Threads take images of their own. Where all of them go at once, the operations may share their work between threads.
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

  /// What a call needs to know of its operation, found once.
  private struct Link {
    let input: Int
    let output: Int
    /// All of them, where there are several.
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
