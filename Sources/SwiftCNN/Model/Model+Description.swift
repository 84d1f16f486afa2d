extension Model {
  /// What the model is made of, as JSON; see `scnn_model_describe` in swiftcnn.h.
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

  /// The same of an architecture, without memory for its weights; see `scnn_describe_architecture` in swiftcnn.h.
  ///
  /// - Throws: `invalidValue` if it is no architecture that a model can be built from.
  public static func describe(architecture json: String) throws(SwiftCNNError) -> String {
    let graph = try Graph(architecture: try JSON.parse(json))
    return JSON.object(graph.description(frozen: graph.frozen)).text
  }

  /// How batches of this size are computed and what memory that takes, as JSON; see `scnn_model_plan_info` in swiftcnn.h.
  ///
  /// - Throws: `invalidValue` if `batchSize` is below 1 or beyond any memory.
  public func planInfo(batchSize: Int = 32) throws(SwiftCNNError) -> String {
    try checkBatches(batchSize, 0)
    return try exclusively { state throws(SwiftCNNError) in
      let training = try state.design(training: true, compiled: state.compiled, batchSize: batchSize)
      let inference = try state.design(training: false, compiled: nil, batchSize: batchSize)
      // In training a batch is gathered from all over the data; in inference it is read where it lies.
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
