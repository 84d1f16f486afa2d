import CKernels

/// A plan without its memory: the operations, their stages, and the place of every tensor.
struct PlanDesign {
  let options: PlanOptions
  let kernels: KernelTable
  let operations: [any Operation]
  let stages: [Stage]
  let layout: PlanLayout
  /// The values that are the model's outputs.
  let outputs: [Int]
  /// How many times each rewrite changed something.
  let rewrites: [(name: String, count: Int)]
  let packings: Packings
  /// For each operation, the offset of a weight of its layer in the flat layout; 0 if the layer has no weights.
  let weightPlaces: [Int]

  /// The packed weights of all operations, one after the other.
  struct Packings {
    var all: [Packing] = []
    var offsets: [Int] = []
    var elements = 0
  }

  /// - Parameter frozen: layers whose weights do not learn.
  init(
    _ graph: Graph, frozen: Set<Int>, seed: UInt64, options: PlanOptions, kernels: KernelTable
  ) throws(SwiftCNNError) {
    self.options = options
    self.kernels = kernels
    let behavior = options.training ? options.behavior : .inference
    var operationGraph = Lowering(graph, frozen: frozen, behavior: behavior, seed: seed)
      .operationGraph(logits: options.endsInLogits)
    rewrites = Rewrites.apply(to: &operationGraph, options)
    operations = operationGraph.operations
    outputs = operationGraph.outputs
    for operation in operations { (operation as? MaxPoolingOperation)?.remembersArgmax = options.training }
    stages = Stage.stages(of: operations)
    layout = try PlanLayout(
      operationGraph, operations, stages: stages, losses: outputs.indices.filter { options.hasLoss[$0] },
      learning: graph.learning(frozen: frozen).map { $0.offset..<$0.offset + $0.count }, options: options)
    packings = Self.packings(operations, layout, options, kernels)
    weightPlaces = operations.map { operation in
      operation.weightSpan?.lowerBound ?? graph.weights[graph.layers[operation.values.layer].weights].first?.offset ?? 0
    }
  }

  private static func packings(
    _ operations: [any Operation], _ layout: PlanLayout, _ options: PlanOptions, _ kernels: KernelTable
  ) -> Packings {
    var packings = Packings()
    for operation in operations {
      let needsGradient = layout.gradients[operation.values.inputs[0]].home != .none
      let packing = operation.packing(kernels, training: options.training, needsInputGradient: needsGradient)
      packings.all.append(packing)
      packings.offsets.append(packings.elements)
      packings.elements += packing.elements.rounded(upTo: 16)
    }
    return packings
  }
}

// MARK: - Description

extension PlanDesign {
  /// Bytes of all the memory that the plan owns.
  var bytes: Int { (layout.arenaElements + packings.elements) * MemoryLayout<Float>.stride }

  /// How each operation is computed, in the form that swiftcnn.h documents at `scnn_model_plan_info`.
  func describe(_ graph: Graph) -> JSON {
    .array(stages.indices.flatMap { stage in stages[stage].operations.map { describe($0, stage, graph) } })
  }

  /// How many times each rewrite changed something, by its name.
  func describeRewrites() -> JSON {
    var counts: JSON.Object = [:]
    for rewrite in rewrites where rewrite.count > 0 { counts[rewrite.name] = .integer(rewrite.count) }
    return .object(counts)
  }

  private func describe(_ index: Int, _ stage: Int, _ graph: Graph) -> JSON {
    let operation = operations[index]
    return [
      "layer": .string(graph.layers[operation.values.layer].name), "algorithm": .string(operation.algorithm),
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
