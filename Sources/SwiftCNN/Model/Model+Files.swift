import CSwiftCNN

// The model file: safetensors with the architecture in its metadata. See docs/model-format.md.

extension Model {
  private static let formatName = "swiftcnn"
  private static let formatVersion = "1"

  /// The bytes of a model file: weights, architecture and, once compiled, the optimizer's state.
  public func serialized() throws(SwiftCNNError) -> [UInt8] {
    let configuration = compileConfiguration
    return try exclusively { state throws(SwiftCNNError) in
      var metadata = [("format", Self.formatName), ("version", Self.formatVersion), ("architecture", architecture(state))]
      if configuration != .null { metadata.append(("compile", configuration.text)) }
      let counters: JSON = ["iterations": .integer(state.iterations), "epochs": .integer(state.epochs)]
      metadata.append(("state", counters.text))
      var tensors = self.tensors(state.weights, state, prefix: "", of: graph.weights.indices)
      for (slot, buffer) in zip(state.compiled?.optimizer.slots ?? [], state.slots) {
        tensors += self.tensors(buffer, state, prefix: "optimizer/\(slot)/", of: graph.learnable)
      }
      return try SafetensorsFile.bytes(metadata: metadata, tensors: tensors)
    }
  }

  private func tensors(
    _ buffer: FloatBuffer, _ state: State, prefix: String, of weights: some Sequence<Int>
  ) -> [(name: String, shape: [Int], values: UnsafeBufferPointer<Float>)] {
    weights.map {
      (prefix + graph.weights[$0].name, graph.weights[$0].shape, UnsafeBufferPointer(state.values($0, in: buffer)))
    }
  }

  /// Writes the model file: to a temporary file beside `path`, synced, and renamed over it.
  public func save(to path: String) throws(SwiftCNNError) {
    try FileSystem.writeAtomically(path, try serialized())
  }

  public static func load(from path: String) throws(SwiftCNNError) -> Model {
    let bytes = try FileSystem.read(path)
    return try withBytes(bytes) { bytes throws(SwiftCNNError) in try deserialize(bytes) }
  }

  /// A model from the bytes of a model file.
  public static func deserialize(_ bytes: UnsafeRawBufferPointer) throws(SwiftCNNError) -> Model {
    let file = try SafetensorsFile.parse(bytes)
    guard let architecture = file.metadata("architecture") else {
      throw .invalidValue("the file holds no architecture, only weights; build the model and use load_weights, or save it whole")
    }
    if let version = file.metadata("version"), version != formatVersion {
      throw .invalidValue("the file is of version \(version) of the model format; this library reads version \(formatVersion)")
    }
    let json = try JSON.parse(architecture)
    let model = try Model(graph: try Graph(architecture: json), seed: try JSON.Field(json).unsigned("seed", default: 0))
    try model.restore(file, bytes)
    return model
  }

  private func restore(_ file: SafetensorsFile, _ bytes: UnsafeRawBufferPointer) throws(SwiftCNNError) {
    var expected = Set(graph.weights.map(\.name))
    let compiled: Compiled? =
      if let text = file.metadata("compile") { try Compiled(try JSON.parse(text), graph: graph) } else { nil }
    for slot in compiled?.optimizer.slots ?? [] {
      expected.formUnion(graph.learnable.map { "optimizer/\(slot)/\(graph.weights[$0].name)" })
    }
    try file.requireNames(expected)
    let counters = JSON.Field(try JSON.parse(file.metadata("state") ?? "{}"), path: "state")
    let iterations = try counters.integer("iterations", default: 0)
    let epochs = try counters.integer("epochs", default: 0)
    guard iterations >= 0, epochs >= 0 else { throw counters.complaint("must not be negative") }
    try exclusively { state throws(SwiftCNNError) in
      try fill(state.weights, graph.weights.indices, state, file, bytes, prefix: "")
      if let compiled {
        try state.compile(compiled)
        for (slot, buffer) in zip(compiled.optimizer.slots, state.slots) {
          try fill(buffer, graph.learnable, state, file, bytes, prefix: "optimizer/\(slot)/")
        }
      }
      (state.iterations, state.epochs) = (iterations, epochs)
      state.weightsChanged()
    }
  }

  /// Copies the tensors of a file into a flat buffer; all are checked before the first is copied.
  private func fill(
    _ buffer: FloatBuffer, _ weights: some Sequence<Int>, _ state: State, _ file: SafetensorsFile,
    _ bytes: UnsafeRawBufferPointer, prefix: String
  ) throws(SwiftCNNError) {
    var sources: [(Int, Range<Int>)] = []
    for index in weights {
      sources.append((index, try file.tensor(prefix + graph.weights[index].name, shape: graph.weights[index].shape)))
    }
    for (index, range) in sources {
      UnsafeMutableRawBufferPointer(state.values(index, in: buffer)).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Weights only.
  public func saveWeights(to path: String) throws(SwiftCNNError) {
    let bytes = try exclusively { state throws(SwiftCNNError) in
      try SafetensorsFile.bytes(
        metadata: [("format", Self.formatName), ("version", Self.formatVersion)],
        tensors: tensors(state.weights, state, prefix: "", of: graph.weights.indices))
    }
    try FileSystem.writeAtomically(path, bytes)
  }

  /// Weights of a file with the same names and shapes; all are checked before a weight changes.
  public func loadWeights(from path: String) throws(SwiftCNNError) {
    let content = try FileSystem.read(path)
    try Self.withBytes(content) { bytes throws(SwiftCNNError) in
      let file = try SafetensorsFile.parse(bytes)
      try file.requireNames(Set(graph.weights.map(\.name)))
      try exclusively { state throws(SwiftCNNError) in
        try fill(state.weights, graph.weights.indices, state, file, bytes, prefix: "")
        state.weightsChanged()
      }
    }
  }

  private static func withBytes<R>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SwiftCNNError) -> R
  ) throws(SwiftCNNError) -> R {
    let result = bytes.withUnsafeBytes { pointer in Result { () throws(SwiftCNNError) in try body(pointer) } }
    return try result.get()
  }
}

extension SafetensorsFile {
  /// Where a tensor's bytes lie, if it is there with this shape.
  fileprivate func tensor(_ name: String, shape: [Int]) throws(SwiftCNNError) -> Range<Int> {
    guard let tensor = tensor(named: name) else {
      throw .invalidValue("the file lacks the weight '\(name)'")
    }
    guard tensor.shape == shape else {
      throw .invalidValue(
        "the weight '\(name)' has the shape \(Shape.text(tensor.shape)) in the file, but \(Shape.text(shape)) in the model")
    }
    return tensor.range
  }

  /// Refuses a file that lacks a weight or holds one that the model has no place for.
  fileprivate func requireNames(_ expected: Set<String>) throws(SwiftCNNError) {
    let found = Set(tensors.map(\.name).filter { !$0.hasPrefix("optimizer/") || expected.contains($0) })
    guard found == expected else {
      let missing = expected.subtracting(found).sorted().prefix(5).joined(separator: ", ")
      let extra = found.subtracting(expected).sorted().prefix(5).joined(separator: ", ")
      throw .invalidValue(
        "the file's weights are not this model's" + (missing.isEmpty ? "" : "; it lacks \(missing)")
          + (extra.isEmpty ? "" : "; it holds also \(extra)") + ". Build the model with the same layers and names")
    }
  }
}
