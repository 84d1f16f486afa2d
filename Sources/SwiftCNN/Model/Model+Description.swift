extension Model {
  /// A description of the model as JSON; see `scnn_model_describe` in swiftcnn.h.
  public func describe() -> String {
    var description = graph.description(frozen: reading { $0.frozen })
    description["streams"] = .array(graph.layers.indices.map { graph.stream(ofLayer: $0, seed: seed).json })
    description["compiled"] = compileConfiguration
    description["metrics_names"] = .array(metricsNames.map(JSON.string))
    description["metrics_tallies"] = JSON(tallyCounts)
    description["iterations"] = .integer(iterations)
    description["epochs"] = .integer(epochs)
    return JSON.object(description).text
  }

  /// The same description for an architecture. No memory is allocated for its weights; see `scnn_describe_architecture` in
  /// swiftcnn.h.
  ///
  /// - Throws: `invalidValue` if no model can be built from `architecture`.
  public static func describe(architecture json: String) throws(SwiftCNNError) -> String {
    let graph = try Graph(architecture: try JSON.parse(json))
    return JSON.object(graph.description(frozen: graph.frozen)).text
  }

  /// How the model computes batches of this size and how much memory it needs, as JSON; see `scnn_model_plan_info` in swiftcnn.h.
  ///
  /// - Throws: `invalidValue` if `batchSize` is below 1, or too large for any memory.
  public func planInfo(batchSize: Int = 32) throws(SwiftCNNError) -> String {
    try checkBatches(batchSize, 0)
    return try exclusively { state throws(SwiftCNNError) in
      let training = try state.design(training: true, compiled: state.compiled, batchSize: batchSize)
      let inference = try state.design(training: false, compiled: nil, batchSize: batchSize)
      // Training gathers a batch from all over the data. Inference reads it in place.
      let samples = batchSize * inputShapes.reduce(0) { $0 + $1.reduce(1, *) } * MemoryLayout<Float>.stride
      let info: JSON = [
        "batch_size": .integer(batchSize), "threads": .integer(training.options.threads),
        "training_bytes": .integer(training.bytes + state.bytes(training: true) + samples),
        "inference_bytes": .integer(inference.bytes + state.bytes(training: false)),
        "training": training.describe(graph), "inference": inference.describe(graph),
        "rewrites": ["training": training.describeRewrites(), "inference": inference.describeRewrites()],
      ]
      return info.text
    }
  }
}

extension Graph {
  /// Inputs, outputs, layers and weights.
  fileprivate func description(frozen: Set<Int>) -> JSON.Object {
    let learning = Set(learning(frozen: frozen).map(\.offset))
    return [
      "name": .string(name), "input_shape": shapeJSON(of: 0), "output_shape": shapeJSON(of: outputs[0]),
      "input_shapes": .array(inputs.indices.map(shapeJSON(of:))), "input_names": .array(inputs.map { .string($0.name) }),
      "output_shapes": .array(outputs.map(shapeJSON(of:))), "output_names": .array(outputNames.map(JSON.string)),
      "parameters": .integer(parameterCount), "layers": .array(layers.indices.map { description(layer: $0, frozen) }),
      "weights": .array(
        weights.map {
          ["name": .string($0.name), "shape": JSON($0.shape), "trainable": .bool($0.learns && learning.contains($0.offset))]
        }),
    ]
  }

  private func description(layer index: Int, _ frozen: Set<Int>) -> JSON {
    let layer = layers[index]
    let shapes = layer.nodes.map { shapeJSON(of: value(of: $0)) }
    return [
      "class": .string(type(of: layer.description).className), "name": .string(layer.name), "output_shape": shapes[0],
      "output_shapes": .array(shapes),
      "parameters": .integer(weights[layer.weights].reduce(0) { $0 + $1.count }), "weights": JSON(Array(layer.weights)),
      "trainable": .bool(!frozen.contains(index)),
    ]
  }
}
