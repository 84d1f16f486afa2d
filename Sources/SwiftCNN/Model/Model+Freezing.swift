extension Model {
  /// Sets whether the weights of layer `index` learn. A frozen layer keeps its weights and their moments in the optimizer. A
  /// frozen batch normalization also works as in inference. This takes effect with the next batch; the model need not be compiled
  /// again.
  ///
  /// - Throws: `invalidValue` if there is no such layer.
  public func setTrainable(_ trainable: Bool, layer index: Int) throws(SwiftCNNError) {
    guard graph.layers.indices.contains(index) else {
      throw .invalidValue("the model has the layers 0 to \(graph.layers.count - 1), got the index \(index)")
    }
    exclusively { state in
      state.freeze(trainable ? state.frozen.subtracting([index]) : state.frozen.union([index]))
    }
  }

  /// The same for the layer with this name.
  ///
  /// - Throws: `invalidValue` if no layer has this name.
  public func setTrainable(_ trainable: Bool, layer name: String) throws(SwiftCNNError) {
    guard let index = layerNames.firstIndex(of: name) else {
      throw .invalidValue("no layer is called '\(name)'; there are \(layerNames.joined(separator: ", "))")
    }
    try setTrainable(trainable, layer: index)
  }

  /// Whether the weights of layer `index` learn.
  public func isTrainable(layer index: Int) -> Bool { reading { !$0.frozen.contains(index) } }
}
