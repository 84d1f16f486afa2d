import CSwiftCNN

// The model file: safetensors with the architecture in its metadata. See docs/model-format.md.

extension Model {
  private static let formatName = "swiftcnn"
  private static let formatVersion = "1"

  /// The bytes of a model file: weights, architecture and, if the model is compiled, the optimizer's state.
  ///
  /// - Throws: `outOfMemory` if there is no memory for them.
  public func serialized() throws(SwiftCNNError) -> [UInt8] {
    let file = try fileContent()
    try Memory.ensureAvailable(file.count, for: "the model file")
    defer { withExtendedLifetime(file) {} }
    return Array(file.values)
  }

  /// Calls `body` with the bytes of a model file, which are valid during this call only.
  ///
  /// - Throws: `outOfMemory` if there is no memory for the bytes; the errors of `body`.
  public func withSerialized<R>(_ body: (UnsafeRawBufferPointer) throws(SwiftCNNError) -> R) throws(SwiftCNNError) -> R {
    let file = try fileContent()
    defer { withExtendedLifetime(file) {} }
    return try body(UnsafeRawBufferPointer(file.values))
  }

  private func fileContent() throws(SwiftCNNError) -> Buffer<UInt8> {
    let configuration = compileConfiguration
    return try withWeights { state throws(SwiftCNNError) in
      var metadata = [("format", Self.formatName), ("version", Self.formatVersion), ("architecture", architecture(state))]
      if configuration != .null { metadata.append(("compile", configuration.text)) }
      let counters: JSON = ["iterations": .integer(state.iterations), "epochs": .integer(state.epochs)]
      metadata.append(("state", counters.text))
      var tensors = weightTensors(state)
      for (slot, buffer) in zip(state.compiled?.optimizer.slots ?? [], state.slots) {
        let prefix = graph.momentPrefix(slot)
        tensors += graph.learnable.map { tensor($0, prefix, state.values($0, in: buffer)) }
      }
      return try SafetensorsFile.bytes(metadata: metadata, tensors: tensors)
    }
  }

  private typealias FileTensor = (name: String, shape: [Int], values: UnsafeBufferPointer<Float>)

  private func weightTensors(_ state: Session) -> [FileTensor] { graph.weights.indices.map { tensor($0, "", state.values($0)) } }

  private func tensor(_ weight: Int, _ prefix: String, _ values: UnsafeMutableBufferPointer<Float>) -> FileTensor {
    (prefix + graph.weights[weight].name, graph.weights[weight].shape, UnsafeBufferPointer(values))
  }

  /// Writes the model file. The bytes go to a temporary file beside `path`, which is synced and then renamed to `path`. The file
  /// contains the state between two batches.
  ///
  /// - Throws: `io` if the file cannot be written, `outOfMemory` if there is no memory for its bytes.
  public func save(to path: String) throws(SwiftCNNError) {
    try withSerialized { file throws(SwiftCNNError) in try FileSystem.writeAtomically(path, file) }
  }

  /// Reads a model file.
  ///
  /// - Throws: `io` if the file cannot be read, `invalidValue` or `invalidType` if it is no model file, `outOfMemory` if
  ///   there is no room for the weights.
  public static func load(from path: String) throws(SwiftCNNError) -> Model { try read(try FileSource(path)) }

  /// Creates a model from the bytes of a model file.
  /// - Parameter sharing: layers whose weights, as they are in the bytes, are given to other models too: see `init`.
  /// - Throws: `invalidValue` or `invalidType` if the bytes are no model file; `outOfMemory` if there is no memory for the
  ///   weights.
  public static func deserialize(
    _ bytes: UnsafeRawBufferPointer, sharing: [SharedLayer] = []
  ) throws(SwiftCNNError) -> Model { try read(bytes, sharing: sharing) }

  /// Memory for weights is allocated only after checking that the file contains all of them.
  private static func read(
    _ source: borrowing some ByteSource & ~Copyable, sharing: [SharedLayer] = []
  ) throws(SwiftCNNError) -> Model {
    let file = try SafetensorsFile.parse(source)
    guard let architecture = file.metadata("architecture") else {
      throw .invalidValue("the file holds no architecture, only weights; build the model and use load_weights, or save it whole")
    }
    if let version = file.metadata("version"), version != formatVersion {
      throw .invalidValue("the file is of version \(version) of the model format; this library reads version \(formatVersion)")
    }
    let json = try JSON.parse(architecture)
    let graph = try Graph(architecture: json)
    let compiled: Compiled? =
      if let text = file.metadata("compile") { try Compiled(try JSON.parse(text), graph: graph) } else { nil }
    let slots = compiled?.optimizer.slots ?? []
    try file.requireNames(of: graph, slots: slots)
    let weights = try file.tensors(of: graph, graph.weights.indices, prefix: "")
    var moments: [[(weight: Int, bytes: Range<Int>)]] = []
    for slot in slots {
      moments.append(try file.tensors(of: graph, graph.learnable, prefix: graph.momentPrefix(slot)))
    }
    let counters = try Counters(JSON.Field(try JSON.parse(file.metadata("state") ?? "{}"), path: "state"))
    let model = try Model(graph: graph, seed: try JSON.Field(json).unsigned("seed", default: 0), sharing: sharing)
    try model.exclusively { state throws(SwiftCNNError) in
      if let compiled {
        try state.compile(compiled)
        for (buffer, places) in zip(state.slots, moments) { try source.fill(buffer, places, graph) }
      }
      // This comes last, when nothing can fail any more, because other models may share these weights.
      for (index, bytes) in weights {
        try source.read(at: bytes.lowerBound, into: UnsafeMutableRawBufferPointer(state.room(index)))
      }
      (state.iterations, state.epochs) = (counters.iterations, counters.epochs)
    }
    return model
  }

  /// Writes a file with the weights only, in the same way as `save`.
  ///
  /// - Throws: `io` if the file cannot be written, `outOfMemory` if there is no memory for its bytes.
  public func saveWeights(to path: String) throws(SwiftCNNError) {
    let file = try withWeights { state throws(SwiftCNNError) in
      try SafetensorsFile.bytes(
        metadata: [("format", Self.formatName), ("version", Self.formatVersion)],
        tensors: weightTensors(state))
    }
    try FileSystem.writeAtomically(path, UnsafeRawBufferPointer(file.values))
    withExtendedLifetime(file) {}
  }

  /// Loads the weights of a file with the same names and shapes. All are read before any weight of the model changes.
  ///
  /// - Throws: `io` if the file cannot be read, `invalidValue` or `invalidType` if it does not contain these weights,
  ///   `outOfMemory` if there is no memory for them.
  public func loadWeights(from path: String) throws(SwiftCNNError) {
    let source = try FileSource(path)
    let file = try SafetensorsFile.parse(source)
    try file.requireNames(of: graph, slots: [])
    let places = try file.tensors(of: graph, graph.weights.indices, prefix: "")
    let loaded = try FloatBuffer(graph.bufferCount, for: "the weights in the file")
    try source.fill(loaded, places, graph)
    exclusively { state in
      for index in graph.weights.indices { _ = state.room(index).update(fromContentsOf: state.values(index, in: loaded)) }
    }
  }
}

/// The numbers of steps and epochs that a model was trained for.
private struct Counters {
  let iterations: Int
  let epochs: Int

  /// Far more than any training needs, and far below the overflow of the counters.
  private static let largest = 1 << 53

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    iterations = try field.integer("iterations", default: 0)
    epochs = try field.integer("epochs", default: 0)
    for count in [iterations, epochs] where !(0...Self.largest).contains(count) {
      throw field.complaint("holds the count \(count); counts are from 0 to \(Self.largest)")
    }
  }
}

extension Graph {
  /// The prefix of the names of the optimizer's moments. No weight's name may begin with it. If the model contains a model called
  /// "optimizer", the moments get another prefix.
  fileprivate var optimizerPrefix: String {
    var prefix = "optimizer"
    while weights.contains(where: { $0.name.hasPrefix(prefix + "/") }) { prefix += "_" }
    return prefix + "/"
  }

  fileprivate func momentPrefix(_ slot: String) -> String { "\(optimizerPrefix)\(slot)/" }
}

extension ByteSource where Self: ~Copyable {
  /// Reads tensors from the file into a flat buffer.
  fileprivate func fill(
    _ buffer: FloatBuffer, _ places: [(weight: Int, bytes: Range<Int>)], _ graph: Graph
  ) throws(SwiftCNNError) {
    for (index, bytes) in places {
      let weight = graph.weights[index]
      try read(
        at: bytes.lowerBound,
        into: UnsafeMutableRawBufferPointer(start: buffer.pointer + weight.offset, count: bytes.count))
    }
  }
}

extension SafetensorsFile {
  /// The places of some weights' tensors in the file, if all are there with the right shapes.
  fileprivate func tensors(
    of graph: Graph, _ weights: some Sequence<Int>, prefix: String
  ) throws(SwiftCNNError) -> [(weight: Int, bytes: Range<Int>)] {
    var places: [(weight: Int, bytes: Range<Int>)] = []
    for index in weights {
      places.append((weight: index, bytes: try tensor(prefix + graph.weights[index].name, shape: graph.weights[index].shape)))
    }
    return places
  }

  /// The place of a tensor's bytes in the file, if it is there with this shape.
  private func tensor(_ name: String, shape: [Int]) throws(SwiftCNNError) -> Range<Int> {
    guard let tensor = tensor(named: name) else {
      throw .invalidValue("the file lacks the weight '\(name)'")
    }
    guard tensor.shape == shape else {
      throw .invalidValue(
        "the weight '\(name)' has the shape \(Shape.text(tensor.shape)) in the file, but \(Shape.text(shape)) in the model")
    }
    return tensor.range
  }

  /// Throws if the file lacks a weight, or contains one that the model does not have. Moments of an optimizer are allowed even if
  /// they are not needed.
  fileprivate func requireNames(of graph: Graph, slots: [String]) throws(SwiftCNNError) {
    var expected = Set(graph.weights.map(\.name))
    for slot in slots { expected.formUnion(graph.learnable.map { graph.momentPrefix(slot) + graph.weights[$0].name }) }
    let prefix = graph.optimizerPrefix
    let found = Set(tensors.map(\.name).filter { expected.contains($0) || !$0.hasPrefix(prefix) })
    guard found == expected else {
      let missing = expected.subtracting(found).sorted().prefix(5).joined(separator: ", ")
      let extra = found.subtracting(expected).sorted().prefix(5).joined(separator: ", ")
      throw .invalidValue(
        "the file's weights are not this model's" + (missing.isEmpty ? "" : "; it lacks \(missing)")
          + (extra.isEmpty ? "" : "; it holds also \(extra)") + ". Build the model with the same layers and names")
    }
  }
}
