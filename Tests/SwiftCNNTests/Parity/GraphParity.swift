import Foundation
import Testing

@testable import SwiftCNN

/// One graph of Tests/Golden/graph_bits.json, which Tests/Golden/graph_run.py runs in the same way.
struct GraphParity: Sendable, CustomTestStringConvertible {
  let name: String
  let architecture: String
  let seed: UInt64
  let configuration: String
  /// One for each output.
  let targets: [String]
  let digests: [String: String]

  var testDescription: String { name }

  static let all = Result {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Golden/graph_bits.json").standardized
    let document = JSON.Field(try JSON.parse(try String(contentsOf: file, encoding: .utf8)))
    return try document.array("graphs").map(GraphParity.init)
  }

  private init(_ json: JSON.Field) throws {
    name = try json.member("name").string()
    architecture = try json.member("architecture").value.text
    seed = try json.member("architecture").unsigned("seed")
    configuration = try json.member("compile").value.text
    targets = try json.array("targets").map { try $0.string() }
    let told = try json.member("digests")
    var digests: [String: String] = [:]
    for kind in try told.object().keys { digests[kind] = try told.member(kind).string() }
    self.digests = digests
  }

  // MARK: Running

  private static let (rows, steps, salt, scale): (Int, Int, UInt32, Float) = (6, 3, 300, 0.3)

  /// Digests of what the graph gives.
  /// - Parameter saves: before each use, the model is saved and loaded.
  func run(saves: Bool = false) throws -> [String: String] {
    var model = try Model(architecture: architecture, seed: seed)
    func reload() throws { if saves { model = try model.serialized().withUnsafeBytes { try Model.deserialize($0) } } }
    var floats = ["initial": try model.weights]
    try model.compile(configuration: configuration)
    try model.setAllWeights(weights(model))
    let x = try model.inputShapes.enumerated().map { i, shape in try tensor(shape, salt: 400 + i) }
    let y = try model.outputShapes.enumerated().map { i, shape in try target(targets[i], shape, salt: 500 + i) }
    try reload()
    floats["output"] = try model.predict(x).flatMap(\.floats)
    var losses: [Double] = []
    for _ in 0..<Self.steps {
      losses.append(try model.trainOnBatch(x, y)[0])
      try reload()
    }
    floats["final_weights"] = try model.weights
    floats["trained_output"] = try model.predict(x).flatMap(\.floats)
    var digests = floats.mapValues { $0.withUnsafeBytes(fnv1a) }
    digests["losses"] = losses.withUnsafeBytes(fnv1a)
    return digests
  }

  private func weights(_ model: Model) -> [Float] {
    model.weightSpecs.enumerated().flatMap { index, weight in
      let offset: Float = weight.name.hasSuffix("/gamma") || weight.name.hasSuffix("/moving_variance") ? 1 : 0
      return noise(salt: Self.salt + UInt32(index), count: weight.shape.reduce(1, *)).map { $0 * Self.scale + offset }
    }
  }

  private func tensor(_ shape: [Int], salt: Int) throws -> Tensor {
    let count = Self.rows * shape.reduce(1, *)
    return try Tensor(shape: [Self.rows] + shape, values: noise(salt: Self.salt + UInt32(salt), count: count))
  }

  private func target(_ kind: String, _ shape: [Int], salt: Int) throws -> Tensor {
    let values = try tensor(shape, salt: salt)
    if kind == "values" { return values }
    if kind == "zero_one" { return try Tensor(shape: values.shape, values: values.floats.map { $0 > 0 ? 1 : 0 }) }
    let classes = shape[shape.count - 1]
    let labels = try tensor(Array(shape.dropLast()), salt: salt)
    let numbers = labels.floats.map { (($0 + 1) / 2 * Float(classes)).rounded(.down) }
    if kind == "labels" { return try Tensor(shape: labels.shape, values: numbers) }
    return try Tensor(shape: values.shape, values: numbers.flatMap { label in (0..<classes).map { Float($0) == label ? 1 : 0 } })
  }
}

@Suite("Parity of graphs with Python")
struct GraphParityTests {
  @Test(
    "Every bit is the one that Python gets", .enabled(if: usesFMA, "graph_bits.json holds for instruction sets with FMA"),
    arguments: try GraphParity.all.get())
  func bits(_ graph: GraphParity) throws {
    let found = try graph.run()
    for (kind, digest) in graph.digests { #expect(found[kind] == digest, "\(kind)") }
  }

  @Test("A model that is saved and loaded between its steps gives the same bits", arguments: try GraphParity.all.get())
  func saved(_ graph: GraphParity) throws {
    #expect(try graph.run(saves: true) == graph.run())
  }

  @Test("1, 2 and 3 threads give the same bits")
  func threads() throws {
    let before = Engine.numThreads
    defer { try? Engine.setNumThreads(before) }
    let graphs = try GraphParity.all.get()
    let digests = try [1, 2, 3].map { threads in
      try Engine.setNumThreads(threads)
      return try graphs.map { try $0.run() }
    }
    #expect(digests[1] == digests[0])
    #expect(digests[2] == digests[0])
  }
}
