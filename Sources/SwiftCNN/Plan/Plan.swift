import CKernels

/// A model compiled for batches of up to `capacity` images: operations in stages, over one arena.
///
/// A run of operations that work image by image is one stage: a thread takes some images through all of it, so what lies
/// between two operations stays in its cache and needs memory for one image only. See docs/architecture.md.
final class Plan {
  struct Options: Equatable {
    var training: Bool
    /// In training: gradients with or without dropout.
    var dropout: Bool
    /// The loss wants what comes before the model's final softmax or sigmoid.
    var endsInLogits: Bool
    var capacity: Int
    var threads: Int
  }

  let options: Options
  let kernels: KernelTable
  let operations: [any Operation]
  let stages: [Stage]
  let layout: PlanLayout
  let outputElements: Int

  private let arena: FloatBuffer
  private let packed: FloatBuffer
  private let packings: [Packing]
  private let packedOffsets: [Int]
  /// The version of the weights that lies packed.
  private var packedVersion = -1

  init(_ graph: Graph, seed: UInt64, options: Options, kernels: KernelTable) throws(SwiftCNNError) {
    self.options = options
    self.kernels = kernels
    let lowering = Lowering(graph, dropout: options.training && options.dropout, seed: seed)
    let fusion = Fusion(lowering, dropsFinalActivation: options.endsInLogits)
    operations = fusion.operations
    stages = Stage.stages(of: operations)
    outputElements = fusion.valueElements[fusion.valueElements.count - 1]
    layout = try PlanLayout(fusion, stages: stages, options: options)
    arena = try FloatBuffer(layout.arenaElements, for: "the model's plan for batches of \(options.capacity)")

    var packings: [Packing] = []
    var offsets: [Int] = []
    var elements = 0
    let firstWeighted = operations.firstIndex { $0.hasWeights } ?? operations.count
    for (i, operation) in operations.enumerated() {
      (operation as? MaxPoolingOperation)?.remembersWinners = options.training
      let packing = operation.packing(kernels, training: options.training, needsInputGradient: i > firstWeighted)
      packings.append(packing)
      offsets.append(elements)
      elements += packing.elements.rounded(upTo: 16)
    }
    self.packings = packings
    packedOffsets = offsets
    packed = try FloatBuffer(elements, for: "the packed weights of the model")
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
      run(stage, batch.count) { [self] images, thread in
        for i in stage.operations { operations[i].forward(call(i, batch, images, thread, gradients: nil)) }
      }
    }
    return pointer(layout.values[operations.count], batch, 0, 0)
  }

  /// Where the loss writes the gradient of the output before `backward`.
  func outputGradient(_ batch: Batch) -> UnsafeMutablePointer<Float> {
    pointer(layout.gradients[operations.count], batch, 0, 0)
  }

  /// From the gradient of the output to the gradient of every weight, in the flat buffer `gradients`, which is overwritten.
  func backward(_ batch: Batch, into gradients: UnsafeMutablePointer<Float>) {
    guard let firstWeighted = operations.firstIndex(where: { $0.hasWeights }) else { return }
    for stage in stages.reversed() where stage.operations.upperBound > firstWeighted {
      let from = max(firstWeighted, stage.operations.lowerBound)
      if stage.scope == .batch {
        operations[from].backward(call(from, batch, 0..<batch.count, 0, gradients: gradients))
      } else {
        backward(stage, from: from, batch, into: gradients)
      }
    }
  }

  /// Each group of images sums its gradients on its own; then the groups are added in order. So the sum does not depend on
  /// which thread took which group.
  private func backward(_ stage: Stage, from: Int, _ batch: Batch, into gradients: UnsafeMutablePointer<Float>) {
    let weights = layout.weights(of: stage)
    let partials = arena.pointer + layout.partials
    let groups = Stage.groups(batch.count)
    parallel(groups.count, limit: options.threads) { group, thread in
      let partial = partials + group * weights.count
      partial.update(repeating: 0, count: weights.count)
      let range = from..<stage.operations.upperBound
      func call(_ i: Int, _ images: Range<Int>) -> OperationCall {
        self.call(i, batch, images, thread, gradients: partial - weights.lowerBound)
      }
      for i in range { operations[i].beginGroup(call(i, groups[group])) }
      for image in groups[group] {
        for i in range.reversed() { operations[i].backward(call(i, image..<image + 1)) }
      }
      for i in range { operations[i].endGroup(call(i, groups[group])) }
    }
    parallel(over: weights.count, by: 1 << 13, limit: options.threads) { range in
      let target = gradients + weights.lowerBound + range.lowerBound
      target.update(from: partials + range.lowerBound, count: range.count)
      for group in 1..<max(1, groups.count) {
        kernels.add_scaled(partials + group * weights.count + range.lowerBound, 1, target, range.count)
      }
    }
  }

  private func run(_ stage: Stage, _ count: Int, _ body: (_ images: Range<Int>, _ thread: Int) -> Void) {
    if stage.scope == .batch { return body(0..<count, 0) }
    let groups = Stage.groups(count)
    parallel(groups.count, limit: options.threads) { group, thread in
      for image in groups[group] { body(image..<image + 1, thread) }
    }
  }

  private func pack(_ batch: Batch) {
    guard packedVersion != batch.weightsVersion else { return }
    let tasks = packings.indices.flatMap { i in (0..<packings[i].tasks).map { (i, $0) } }
    parallel(tasks.count, limit: options.threads) { task, _ in
      let (i, part) = tasks[task]
      packings[i].run(part, batch.weights, packed.pointer + packedOffsets[i])
    }
    packedVersion = batch.weightsVersion
  }

  private func call(
    _ index: Int, _ batch: Batch, _ images: Range<Int>, _ thread: Int, gradients: UnsafeMutablePointer<Float>?
  ) -> OperationCall {
    let operation = operations[index]
    let first = images.lowerBound
    func gradient(_ value: Int) -> UnsafeMutablePointer<Float>? {
      layout.gradients[value].home == .none ? nil : pointer(layout.gradients[value], batch, first, thread)
    }
    return OperationCall(
      kernels: kernels, threads: options.threads, step: batch.step, weights: batch.weights,
      packed: packed.pointer + packedOffsets[index],
      scratch: arena.pointer + layout.threadStart(thread) + layout.scratch,
      group: arena.pointer + layout.threadStart(thread) + layout.group[index],
      kept: arena.pointer + layout.kept[index] + first * operation.keptElements,
      firstImage: first, count: images.count,
      input: pointer(layout.values[index], batch, first, thread),
      output: pointer(layout.values[index + 1], batch, first, thread),
      inputGradient: gradients == nil ? nil : gradient(index), outputGradient: gradients == nil ? nil : gradient(index + 1),
      weightGradients: gradients)
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
