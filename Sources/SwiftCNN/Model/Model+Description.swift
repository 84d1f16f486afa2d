extension Model {
  /// What the model is made of, as JSON; see `scnn_model_describe` in swiftcnn.h.
  public func describe() -> String {
    let description: JSON = [
      "name": .string(graph.name), "input_shape": JSON(inputShape), "output_shape": JSON(outputShape),
      "parameters": .integer(parameterCount), "layers": .array(graph.nodes.map(describe)),
      "weights": .array(weightSpecs.map { ["name": .string($0.name), "shape": JSON($0.shape)] }),
      "compiled": compileConfiguration, "metrics_names": .array(metricsNames.map(JSON.string)),
      "iterations": .integer(iterations), "epochs": .integer(epochs),
    ]
    return description.text
  }

  private func describe(_ node: Graph.Node) -> JSON {
    [
      "class": .string(type(of: node.layer).className), "name": .string(node.name), "output_shape": JSON(node.outputShape),
      "parameters": .integer(graph.weights[node.weights].reduce(0) { $0 + $1.count }), "weights": JSON(Array(node.weights)),
    ]
  }
}
