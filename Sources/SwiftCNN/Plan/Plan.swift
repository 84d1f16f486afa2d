import CKernels

/// A model compiled for batches of up to `capacity` images: operations in stages, over one arena.
///
/// A run of operations that work image by image is one stage: a thread takes an image, or a few, through all of it, so what lies
/// between two operations stays in its cache and needs memory for these images only. See docs/architecture.md.
final class Plan {
  struct Options: Equatable {
    var training: Bool
    /// In training; otherwise layers behave as for inference.
    var behavior: LayerBehavior
    /// The loss wants what comes before the model's final softmax or sigmoid.
    var endsInLogits: Bool
    var capacity: Int
    var threads: Int
    /// False where a test or a measurement wants direct convolutions only.
    var allowsWinograd = true
  }

  let options: Options
  let kernels: KernelTable
  private let operations: [any Operation]
  private let stages: [Stage]
  private let layout: PlanLayout
  private let packings: PlanDesign.Packings

  private let arena: FloatBuffer
  private let packed: FloatBuffer
  /// The version of the weights that lies packed.
  private var packedVersion = -1

  /// The design with its memory.
  init(_ design: PlanDesign) throws(SwiftCNNError) {
    (options, kernels) = (design.options, design.kernels)
    (operations, stages, layout, packings) = (design.operations, design.stages, design.layout, design.packings)
    arena = try FloatBuffer(layout.arenaElements, for: "the model's plan for batches of \(options.capacity)")
    packed = try FloatBuffer(packings.elements, for: "the packed weights of the model")
  }
}

// MARK: - Running

extension Plan {
  /// The tensors of one run that live outside the plan.
  struct Batch {
    let input: UnsafeMutablePointer<Float>
    let count: Int
    let step: Int
    let weights: UnsafePointer<Float>
    /// Changes whenever a weight does.
    let weightsVersion: Int
  }

  /// Computes the output of every image; the pointer is valid until the next run.
  func forward(_ batch: Batch) -> UnsafeMutablePointer<Float> {
    pack(batch)
    for stage in stages {
      run(stage, batch.count) { [self] images, worker in
        for i in stage.operations { operations[i].forward(call(i, batch, images, worker, gradients: nil)) }
      }
    }
    return pointer(layout.values[operations.count], batch, 0, 0)
  }

  /// Where the loss writes the gradient of the output before `backward`; nil where nothing learns from it.
  func outputGradient(_ batch: Batch) -> UnsafeMutablePointer<Float>? {
    let gradient = layout.gradients[operations.count]
    return gradient.home == .none ? nil : pointer(gradient, batch, 0, 0)
  }

  /// From the gradient of the output to the gradient of every weight, in the flat buffer `gradients`, which is overwritten.
  func backward(_ batch: Batch, into gradients: UnsafeMutablePointer<Float>) {
    guard let firstLearning = operations.firstIndex(where: { $0.learns }) else { return }
    for stage in stages.reversed() where stage.operations.upperBound > firstLearning {
      let from = max(firstLearning, stage.operations.lowerBound)
      if stage.scope == .batch {
        operations[from].backward(call(from, batch, 0..<batch.count, Worker(threads: options.threads), gradients: gradients))
      } else {
        backward(stage, from: from, batch, into: gradients)
      }
    }
  }

  /// After `forward` as in training, before `backward`: what the layers remember of the batch goes into their weights.
  /// - Returns: whether there was anything.
  @discardableResult
  func updateStatistics(_ batch: Batch, in weights: UnsafeMutablePointer<Float>) -> Bool {
    var changed = false
    for (i, operation) in operations.enumerated() {
      guard let statistics = operation as? BatchStatisticsOperation else { continue }
      statistics.updateMovingStatistics(call(i, batch, 0..<batch.count, Worker(), gradients: nil), in: weights)
      changed = true
    }
    return changed
  }

  /// Each group of images sums its gradients on its own; then the groups are added in order. So the sum does not depend on
  /// which thread took which group.
  private func backward(_ stage: Stage, from: Int, _ batch: Batch, into gradients: UnsafeMutablePointer<Float>) {
    let partials = layout.partials(of: stage)
    let weights = partials.weights
    let groups = Stage.groups(batch.count, weights: weights.count)
    parallel(groups.count, limit: options.threads, work: 2 * stage.work * batch.count) { group, thread in
      let partial = arena.pointer + partials.offset + group * weights.count
      partial.update(repeating: 0, count: weights.count)
      let range = from..<stage.operations.upperBound
      func call(_ i: Int, _ images: Range<Int>) -> OperationCall {
        self.call(i, batch, images, Worker(thread: thread), gradients: partial - weights.lowerBound)
      }
      for i in range { operations[i].beginGroup(call(i, groups[group])) }
      for images in stage.chunks(groups[group]) {
        for i in range.reversed() { operations[i].backward(call(i, images)) }
      }
      for i in range { operations[i].endGroup(call(i, groups[group])) }
    }
    addUp(partials, groups: groups.count, into: gradients)
  }

  private func addUp(_ partials: PlanLayout.Partials, groups: Int, into gradients: UnsafeMutablePointer<Float>) {
    let count = partials.weights.count
    let first = arena.pointer + partials.offset
    parallel(over: count, by: 1 << 13, limit: options.threads, work: groups * count * Worth.element) { range in
      let target = gradients + partials.weights.lowerBound + range.lowerBound
      target.update(from: first + range.lowerBound, count: range.count)
      for group in 1..<max(1, groups) {
        kernels.add_scaled(first + group * count + range.lowerBound, 1, target, range.count)
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
    parallel(tasks.count, limit: options.threads, work: packed.count * Worth.element) { task, _ in
      let (i, part) = tasks[task]
      all[i].run(part, batch.weights, packed.pointer + packings.offsets[i])
    }
    packedVersion = batch.weightsVersion
  }

  private func call(
    _ index: Int, _ batch: Batch, _ images: Range<Int>, _ worker: Worker, gradients: UnsafeMutablePointer<Float>?
  ) -> OperationCall {
    let keeper = operations[index].keepsIn ?? operations[index]
    let first = images.lowerBound
    let thread = worker.thread
    let scratch = gradients == nil ? layout.forwardScratch : layout.backwardScratch
    func gradient(_ value: Int) -> UnsafeMutablePointer<Float>? {
      layout.gradients[value].home == .none ? nil : pointer(layout.gradients[value], batch, first, thread)
    }
    return OperationCall(
      kernels: kernels, threads: worker.threads, step: batch.step, weights: batch.weights,
      packed: packed.pointer + packings.offsets[index],
      scratch: arena.pointer + layout.threadStart(thread) + scratch[index], scratchStep: layout.threadElements,
      group: arena.pointer + layout.threadStart(thread) + layout.group[index],
      kept: arena.pointer + layout.kept[index] + keeper.batchElements + first * keeper.keptElements,
      batchKept: arena.pointer + layout.kept[index],
      firstImage: first, count: images.count,
      input: pointer(layout.values[index], batch, first, thread), inputIsBatch: layout.values[index].isBatch,
      output: pointer(layout.values[index + 1], batch, first, thread),
      inputGradient: gradients == nil ? nil : gradient(index), outputGradient: gradients == nil ? nil : gradient(index + 1),
      weightGradients: operations[index].values.isFrozen ? nil : gradients)
  }

  private func pointer(_ tensor: PlanLayout.Tensor, _ batch: Batch, _ image: Int, _ thread: Int) -> UnsafeMutablePointer<Float> {
    switch tensor.home {
    case .input: batch.input + image * tensor.elements
    case .batch(let offset): arena.pointer + offset + image * tensor.elements
    case .thread(let offset): arena.pointer + layout.threadStart(thread) + offset
    case .none: arena.pointer
    }
  }
}
