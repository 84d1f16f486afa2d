// The architecture, as docs/model-format.md describes it. Format 1 is for layers in a line. Format 2 is for all other graphs; it
// has nodes.

extension Graph {
  /// The newest format.
  private static let format = 2

  /// Reads an architecture.
  init(architecture: JSON) throws(SwiftCNNError) {
    let root = JSON.Field(architecture)
    let format = try root.integer("format", default: 1)
    guard 1...Self.format ~= format else {
      throw root.complaint("has a format that this version does not know; known are 1 and \(Self.format)")
    }
    try root.allowOnly(
      ["format", "class", "name", "seed", "models", "layers"] + (format == 1 ? ["input"] : ["inputs", "nodes", "outputs"]))
    let kind = try root.string("class", default: "Sequential")
    guard kind == "Sequential" || kind == "Functional" && format > 1 else {
      throw root.complaint(
        "has the unknown class \(root["class"]?.value.text ?? ""); known are \"Sequential\" and \"Functional\"")
    }
    var inputs: [Input] = []
    for input in format == 1 ? [try root.object("input")] : try root.array("inputs") { inputs.append(try Self.input(input)) }
    var layers: [any CompilableLayer] = []
    var frozen: Set<Int> = []
    var streams: [Int: RandomStream] = [:]
    for (index, field) in try root.array("layers").enumerated() {
      layers.append(try Self.layer(field))
      if try !field.bool("trainable", default: true) { frozen.insert(index) }
      streams[index] = try field.optional("stream").map { stream throws(SwiftCNNError) in try RandomStream(stream) }
    }
    let calls = try root.optional("nodes").map { field throws(SwiftCNNError) in try Self.calls(field, layers: layers.count) }
    self = try Self.open(
      name: try root.string("name", default: kind.lowercased()), inputs: inputs, layers: layers,
      calls: calls ?? layers.indices.map { Call(layer: $0, inputs: [$0 == 0 ? 0 : inputs.count + $0 - 1]) },
      outputs: try root.optional("outputs")?.integers() ?? [inputs.count + (calls?.count ?? layers.count) - 1],
      frozen: frozen, models: try root.optional("models")?.object())
    self.streams = streams
  }

  private static func input(_ field: JSON.Field) throws(SwiftCNNError) -> Input {
    try field.allowOnly(["name", "shape"])
    var shape: [Int] = []
    var openAxes: Set<Int> = []
    for (axis, size) in try field.array("shape").enumerated() {
      if size.value == .null { openAxes.insert(axis) }
      shape.append(size.value == .null ? 1 : try size.integer())
    }
    guard !openAxes.contains(shape.count - 1) else {
      throw field.complaint("has an open last axis; the number of channels, or of features, must be fixed")
    }
    return Input(name: try field.string("name", default: "input_layer"), shape: shape, openAxes: openAxes)
  }

  /// Each node is a list of numbers: the index of its layer, and the values that it reads.
  private static func calls(_ field: JSON.Field, layers: Int) throws(SwiftCNNError) -> [Call] {
    var calls: [Call] = []
    for node in try field.elements() {
      let numbers = try node.integers()
      guard let layer = numbers.first, 0..<layers ~= layer else {
        throw node.complaint("must begin with the place of a layer, 0 to \(layers - 1), got \(node.value.text)")
      }
      calls.append(Call(layer: layer, inputs: Array(numbers.dropFirst())))
    }
    return calls
  }

  static func layer(_ field: JSON.Field) throws(SwiftCNNError) -> any CompilableLayer {
    try field.allowOnly(["class", "name", "trainable", "stream", "config"])
    let name = try field.string("class")
    guard let standard = LayerRegistry.layers.first(where: { $0.className == name }) else {
      throw field.complaint(
        "is of the unknown class '\(name)'; known layers are "
          + LayerRegistry.layers.map(\.className).sorted().joined(separator: ", "))
    }
    var config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    let rules = try WeightRules(from: &config, weights: type(of: standard).ruledWeights)
    var layer = try standard.reading(config)
    layer.weightRules = rules
    layer.name = try field.optional("name")?.string()
    return layer
  }

  /// - Parameter frozen: the layers that currently do not learn.
  func architecture(seed: UInt64, frozen: Set<Int>) -> JSON {
    var architecture: JSON.Object = [
      "format": .integer(isLine ? 1 : 2), "class": .string(isLine ? "Sequential" : "Functional"), "name": .string(name),
      "seed": JSON(seed),
    ]
    let inputs: [JSON] = inputs.enumerated().map { ["name": .string($0.element.name), "shape": shapeJSON(of: $0.offset)] }
    if isLine { architecture["input"] = inputs[0] } else { architecture["inputs"] = .array(inputs) }
    if let models { architecture["models"] = .object(models) }
    architecture["layers"] = .array(
      layers.enumerated().map { index, layer in
        let type = type(of: layer.description)
        var described: JSON.Object = [
          "class": .string(type.className), "name": .string(layer.name), "trainable": .bool(!frozen.contains(index)),
        ]
        if let stream = streams[index] { described["stream"] = stream.json }
        described["config"] = layer.description.weightRules.added(to: layer.description.config, weights: type.ruledWeights)
        return .object(described)
      })
    if !isLine {
      architecture["nodes"] = .array(nodes.map { JSON([$0.layer] + $0.inputs) })
      architecture["outputs"] = JSON(outputs)
    }
    return .object(architecture)
  }
}
