import CSwiftCNN

/// Weights in one block of memory, with the lock that protects them. Models that share layers share these parameters, so that a
/// layer has the same weights in all of them.
final class Parameters: @unchecked Sendable {
  private let buffer: FloatBuffer
  let mutex: OpaquePointer
  /// Changes whenever a weight changes.
  private(set) var version = 0
  /// How to draw the weights that nobody has read yet, by their places. Weights that are loaded from a file are never drawn.
  private var initial: [Int: InitialValue]

  init(_ count: Int, initial: [Int: InitialValue], for purpose: String) throws(SwiftCNNError) {
    guard let mutex = scnn_i_mutex_new() else { throw .outOfMemory("the model's lock needs memory, which cannot be had") }
    self.mutex = mutex
    self.initial = initial
    do {
      buffer = try FloatBuffer(count, for: purpose)
    } catch {
      scnn_i_mutex_free(mutex)
      throw error
    }
  }

  deinit { scnn_i_mutex_free(mutex) }

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

  /// How to draw a weight; nil once it has a value.
  func initialValue(at place: Int) -> InitialValue? { initial[place] }

  /// A weight, which must already have its value.
  func values(at place: Int, count: Int) -> UnsafeMutableBufferPointer<Float> {
    assert(initial[place] == nil, "a weight is read that was not drawn")
    return UnsafeMutableBufferPointer(start: pointer + place, count: count)
  }

  /// A weight that the caller will overwrite, whatever its value is.
  func room(at place: Int, count: Int) -> UnsafeMutableBufferPointer<Float> {
    initial[place] = nil
    return UnsafeMutableBufferPointer(start: pointer + place, count: count)
  }

  /// Call this after any change of the weights.
  func haveChanged() { version += 1 }
}

/// How a weight gets its initial values.
struct InitialValue {
  let weight: Graph.Weight
  let seed: UInt64
  let stream: UInt32

  /// - Parameter index: the index of the weight.
  init(_ index: Int, ofLayer layer: Int, _ graph: Graph, seed: UInt64) {
    let random = graph.stream(ofLayer: layer, seed: seed)
    weight = graph.weights[index]
    self.seed = weight.initializer.seed ?? random.seed
    stream = RandomPurpose.weight(random.firstWeight + index - graph.layers[layer].weights.lowerBound)
  }

  func fill(_ values: UnsafeMutableBufferPointer<Float>) throws(SwiftCNNError) {
    try weight.initializer.initializer.fill(values, shape: weight.shape, fans: weight.fans, seed: seed, stream: stream)
  }
}

/// The places of a model's weights in memory. In the flat layout of a model, its gradients and moments are one block. Its weights
/// are in parts, which may belong to the parameters of other models.
final class WeightMap {
  struct Part {
    /// The range in the model's layout.
    let range: Range<Int>
    let parameters: Parameters
    /// The offset in `parameters` where it begins.
    let start: Int

    /// A pointer shifted so that adding a weight's place in the model's layout gives the weight.
    var base: UnsafeMutablePointer<Float> { parameters.pointer + (start - range.lowerBound) }
  }

  let parts: [Part]
  /// All different parameters, each once.
  let parameters: [Parameters]

  /// A layer of another model.
  struct Source {
    let graph: Graph
    let map: WeightMap
    let layer: Int
  }

  /// - Parameter shared: for layers by number, the layers of other models that they share weights with.
  init(_ graph: Graph, seed: UInt64, sharing shared: [Int: Source]) throws(SwiftCNNError) {
    for (layer, source) in shared { try Self.check(layer, source, graph) }
    var (parts, count, initial) = ([Part](), 0, [Int: InitialValue]())
    var own: [(range: Range<Int>, start: Int)] = []
    for (layer, range) in graph.weightRanges.enumerated() where !range.isEmpty {
      if let source = shared[layer] {
        let place = source.graph.weightRanges[source.layer].lowerBound
        let part = source.map.part(at: place)
        parts.append(Part(range: range, parameters: part.parameters, start: place - part.range.lowerBound + part.start))
      } else {
        own.append((range, count))
        for index in graph.layers[layer].weights {
          initial[graph.weights[index].offset - range.lowerBound + count] = InitialValue(index, ofLayer: layer, graph, seed: seed)
        }
        count += range.count
      }
    }
    let parameters = try Parameters(count, initial: initial, for: "a model of \(graph.parameterCount) parameters")
    parts += own.map { Part(range: $0.range, parameters: parameters, start: $0.start) }
    self.parts = Self.joined(parts.sorted { $0.range.lowerBound < $1.range.lowerBound }, parameters)
    let all = Dictionary((self.parts.map(\.parameters) + [parameters]).map { (ObjectIdentifier($0), $0) }) { first, _ in first }
    self.parameters = Array(all.values)
  }

  private static func check(_ layer: Int, _ source: Source, _ graph: Graph) throws(SwiftCNNError) {
    guard graph.layers.indices.contains(layer), source.graph.layers.indices.contains(source.layer) else {
      throw .invalidValue(
        "the new model has \(graph.layers.count) layers and the other one \(source.graph.layers.count); "
          + "they cannot share the weights of layer \(layer) and layer \(source.layer)")
    }
    let (mine, its) = (graph.shapes(ofLayer: layer), source.graph.shapes(ofLayer: source.layer))
    guard mine == its else {
      throw .invalidValue(
        "layer '\(graph.layers[layer].name)' has weights of shapes \(its.map(Shape.text).joined(separator: ", ")), but in this model "
          + "its input needs \(mine.map(Shape.text).joined(separator: ", ")); use a new layer here")
    }
  }

  /// Joins parts that are neighbours in the model and in memory. A model without weights has one empty part.
  private static func joined(_ parts: [Part], _ own: Parameters) -> [Part] {
    var joined: [Part] = []
    for part in parts {
      if let last = joined.last, last.parameters === part.parameters, last.range.upperBound == part.range.lowerBound,
        last.start + last.range.count == part.start
      {
        joined[joined.count - 1] = Part(
          range: last.range.lowerBound..<part.range.upperBound, parameters: part.parameters, start: last.start)
      } else {
        joined.append(part)
      }
    }
    return joined.isEmpty ? [Part(range: 0..<0, parameters: own, start: 0)] : joined
  }

  /// The part that contains a place of the model's layout.
  func part(at place: Int) -> Part {
    if parts.count == 1 { return parts[0] }
    var (low, high) = (0, parts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if parts[middle].range.lowerBound <= place { low = middle } else { high = middle - 1 }
    }
    return parts[low]
  }

  /// A pointer for all weights of the layer that has the weight at `place`. It is shifted so that adding a weight's place gives
  /// the weight.
  func base(at place: Int) -> UnsafeMutablePointer<Float> { part(at: place).base }

  var reading: WeightBase { { UnsafePointer(self.base(at: $0)) } }

  /// Calls `body` for each part of a range of the layout.
  func forEachPart(of range: Range<Int>, _ body: (Range<Int>, _ base: UnsafeMutablePointer<Float>) -> Void) {
    if parts.count == 1 { return body(range, parts[0].base) }
    for part in parts where part.range.overlaps(range) { body(part.range.clamped(to: range), part.base) }
  }

  /// Changes whenever a weight of the model changes.
  var version: Int { parameters.reduce(0) { $0 + $1.version } }
}

extension Graph {
  /// For each layer, its range in the flat layout.
  fileprivate var weightRanges: [Range<Int>] {
    layers.map { layer in
      guard let first = layer.weights.first, let last = layer.weights.last else { return 0..<0 }
      return weights[first].offset..<(weights[last].offset + weights[last].count).rounded(upTo: 16)
    }
  }

  fileprivate func shapes(ofLayer layer: Int) -> [[Int]] { weights[layers[layer].weights].map(\.shape) }
}
