// Models for images of any size have inputs with open axes. A graph always has fixed sizes, so a graph with open axes is built
// again for each new size. The weights are the same for all sizes.

extension Graph {
  /// Sizes to try for the open axes, until one is large enough for all layers.
  private static let trials = [32, 64, 96, 128, 160, 224, 299, 331, 384, 512, 600, 1024]

  var isOpen: Bool { inputs.contains { !$0.openAxes.isEmpty } }

  /// A graph whose inputs may have open axes. The sizes of `inputs` along open axes are ignored.
  static func open(
    name: String, inputs: [Input], layers: [any CompilableLayer], calls: [Call], outputs: [Int], frozen: Set<Int>,
    models: JSON.Object?
  ) throws(SwiftCNNError) -> Graph {
    func graph(_ size: Int) throws(SwiftCNNError) -> Graph {
      try Graph(
        name: name, inputs: inputs.map { $0.sized(size) }, layers: layers, calls: calls, outputs: outputs, frozen: frozen,
        models: models)
    }
    guard inputs.contains(where: { !$0.openAxes.isEmpty }) else { return try graph(0) }
    var failure: SwiftCNNError?
    for (place, size) in trials.enumerated() {
      do {
        var found = try graph(size)
        // Every axis that depends on the image size grows with it, though not with each pixel.
        let larger = try graph(2 * size + trials[place] / 2)
        try found.requireWeights(of: larger)
        found.noteOpenAxes(larger)
        return found
      } catch {
        failure = error
      }
    }
    throw failure ?? .invalidValue("the input has no size")
  }

  private mutating func noteOpenAxes(_ larger: Graph) {
    openAxes = (0..<valueCount).map { value in
      let (mine, its) = (shape(of: value), larger.shape(of: value))
      return Set(zip(mine, its).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset))
    }
  }

  private func requireWeights(of other: Graph) throws(SwiftCNNError) {
    for (mine, its) in zip(weights, other.weights) where mine.shape != its.shape {
      throw .invalidValue(
        "\(mine.name) would have another shape for each size of image, \(Shape.text(mine.shape)) or \(Shape.text(its.shape)) for "
          + "example, but the input's size is open; give the input a fixed size, or put a GlobalAveragePooling2D before the layer"
      )
    }
  }

  /// The same layers for inputs of these shapes.
  func sized(for shapes: [[Int]]) throws(SwiftCNNError) -> Graph {
    if shapes == inputs.map(\.shape) { return self }
    var sized = try Graph(
      name: name, inputs: zip(inputs, shapes).map { Input(name: $0.name, shape: $1, openAxes: $0.openAxes) },
      layers: layers.map(\.description), calls: nodes.map { Call(layer: $0.layer, inputs: $0.inputs) }, outputs: outputs,
      frozen: frozen, models: models)
    try requireWeights(of: sized)
    sized.streams = streams
    return sized
  }

  /// The shape of a value as JSON, null along open axes.
  func shapeJSON(of value: Int) -> JSON {
    .array(shape(of: value).enumerated().map { openAxes[value].contains($0.offset) ? .null : .integer($0.element) })
  }

  /// The shape of a batch for an input, in the form of error messages: "(None, None, None, 3)".
  func batchText(ofInput input: Int) -> String {
    let sizes = inputs[input].shape.enumerated().map { inputs[input].openAxes.contains($0.offset) ? "None" : "\($0.element)" }
    return "(" + (["None"] + sizes).joined(separator: ", ") + ")"
  }

  /// Whether the samples of an array have the shape of an input. An axis with a single channel may be missing.
  func accepts(_ sample: [Int], forInput input: Int) -> Bool {
    let expected = inputs[input].shape
    let whole = sample.count == expected.count - 1 && expected.last == 1 ? sample + [1] : sample
    return whole.count == expected.count
      && whole.indices.allSatisfy { whole[$0] == expected[$0] || inputs[input].openAxes.contains($0) && whole[$0] > 0 }
  }
}
