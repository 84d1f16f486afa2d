import CKernels

/// A plan without its memory: what is computed, in which stages, and where everything will lie.
struct PlanDesign {
  let options: Plan.Options
  let kernels: KernelTable
  let operations: [any Operation]
  let stages: [Stage]
  let layout: PlanLayout
  let packings: Packings

  /// How the operations' weights are packed, one after the other.
  struct Packings {
    var all: [Packing] = []
    var offsets: [Int] = []
    var elements = 0
  }

  /// - Parameter frozen: layers whose weights are not to learn.
  init(
    _ graph: Graph, frozen: Set<Int>, seed: UInt64, options: Plan.Options, kernels: KernelTable
  ) throws(SwiftCNNError) {
    self.options = options
    self.kernels = kernels
    let lowering = Lowering(graph, frozen: frozen, behavior: options.training ? options.behavior : .inference, seed: seed)
    let fusion = Fusion(
      lowering, dropsFinalActivation: options.endsInLogits, training: options.training, allowsWinograd: options.allowsWinograd)
    operations = fusion.operations
    stages = Stage.stages(of: operations)
    layout = try PlanLayout(fusion, stages: stages, options: options)
    packings = Self.packings(operations, options, kernels)
  }

  private static func packings(_ operations: [any Operation], _ options: Plan.Options, _ kernels: KernelTable) -> Packings {
    var packings = Packings()
    let firstLearning = operations.firstIndex { $0.learns } ?? operations.count
    for (i, operation) in operations.enumerated() {
      (operation as? MaxPoolingOperation)?.remembersWinners = options.training
      let packing = operation.packing(kernels, training: options.training, needsInputGradient: i > firstLearning)
      packings.all.append(packing)
      packings.offsets.append(packings.elements)
      packings.elements += packing.elements.rounded(upTo: 16)
    }
    return packings
  }
}

// MARK: - Description

extension PlanDesign {
  /// Bytes of all that the plan keeps.
  var bytes: Int { (layout.arenaElements + packings.elements) * MemoryLayout<Float>.stride }

  /// How each operation is computed, as `scnn_model_plan_info` in swiftcnn.h tells.
  func describe(_ graph: Graph) -> JSON {
    .array(stages.indices.flatMap { stage in stages[stage].operations.map { describe($0, stage, graph) } })
  }

  private func describe(_ index: Int, _ stage: Int, _ graph: Graph) -> JSON {
    let operation = operations[index]
    return [
      "layer": .string(graph.nodes[operation.values.layer].name), "algorithm": .string(operation.algorithm),
      "stage": .integer(stage), "images_at_once": .integer(imagesAtOnce(stages[stage])),
      "output_bytes": .integer(operation.values.outputElements * MemoryLayout<Float>.stride),
      "scratch_bytes": .integer(operation.scratchElements * MemoryLayout<Float>.stride),
      "packed_bytes": .integer(packings.all[index].elements * MemoryLayout<Float>.stride),
    ]
  }

  private func imagesAtOnce(_ stage: Stage) -> Int {
    stage.scope == .batch ? options.capacity : stage.images(of: options.capacity, threads: options.threads)
  }
}
