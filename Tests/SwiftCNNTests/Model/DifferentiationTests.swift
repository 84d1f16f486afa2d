import Testing

@testable import SwiftCNN

@Suite("Derivatives of outputs by weights and inputs", .serialized)
struct DifferentiationTests {
  private static let samples = 5

  /// Architectures of all kinds of connections; inputs and what layers return are numbered from 0.
  static let graphs: [(name: String, json: String)] = [
    (
      "a line of odd sizes",
      graph(
        [[7, 5, 3]],
        [
          #"{"class": "Conv2D", "config": {"filters": 5, "kernel_size": [3, 2], "strides": [2, 1], "activation": "tanh"}}"#,
          #"{"class": "AveragePooling2D"}"#, #"{"class": "Flatten"}"#, dense(3, "sigmoid"),
        ], [[0, 0], [1, 1], [2, 2], [3, 3]], [4])
    ),
    (
      "several inputs and outputs, one read further",
      graph(
        [[4], [3]], [#"{"class": "Concatenate"}"#, dense(5, "tanh"), dense(2, "softmax"), dense(1)],
        [[0, 0, 1], [1, 2], [2, 3], [3, 4]], [4, 3, 5])
    ),
    (
      "an input that two branches read and that is an output too",
      graph([[6]], [dense(6, "tanh"), dense(6, "sigmoid"), #"{"class": "Multiply"}"#], [[0, 0], [1, 0], [2, 1, 2]], [3, 0])
    ),
    (
      "a layer that is called three times, once on what it returned",
      graph([[4], [4]], [dense(4, "tanh"), #"{"class": "Subtract"}"#], [[0, 0], [0, 1], [0, 2], [1, 3, 4]], [5, 2])
    ),
    (
      "a residual block with a shared convolution",
      graph(
        [[6, 5, 2]],
        [
          #"{"class": "Conv2D", "config": {"filters": 2, "kernel_size": [3, 3], "padding": "same", "activation": "tanh"}}"#,
          #"{"class": "Add"}"#, #"{"class": "GlobalAveragePooling2D"}"#,
        ], [[0, 0], [0, 1], [1, 0, 2], [2, 3]], [4, 3])
    ),
    (
      "no weights at all",
      graph(
        [[3], [3]], [#"{"class": "Multiply"}"#, activation("tanh"), activation("sigmoid")], [[0, 0, 1], [1, 2], [2, 0]], [3, 4])
    ),
    (
      "in place on an input", graph([[5]], [activation("tanh"), activation("sigmoid")], [[0, 0], [1, 1]], [2])
    ),
  ]

  private static func graph(_ inputs: [[Int]], _ layers: [String], _ nodes: [[Int]], _ outputs: [Int]) -> String {
    let inputs = inputs.enumerated().map { "{\"name\": \"input_\($0.offset)\", \"shape\": \($0.element)}" }
    return """
      {"format": 2, "class": "Functional", "inputs": [\(inputs.joined(separator: ", "))],
       "layers": [\(layers.joined(separator: ", "))], "nodes": \(nodes), "outputs": \(outputs)}
      """
  }

  private static func dense(_ units: Int, _ activation: String = "linear") -> String {
    "{\"class\": \"Dense\", \"config\": {\"units\": \(units), \"activation\": \"\(activation)\"}}"
  }

  private static func activation(_ name: String) -> String {
    "{\"class\": \"Activation\", \"config\": {\"activation\": \"\(name)\"}}"
  }

  private func inputs(_ model: Model) throws -> [Tensor] {
    try model.inputShapes.enumerated().map { try noiseTensor(Self.samples, $0.element, seed: UInt64(11 + $0.offset)) }
  }

  private func outputGradients(_ model: Model) throws -> [Tensor] {
    try model.outputShapes.enumerated().map { try noiseTensor(Self.samples, $0.element, seed: UInt64(31 + $0.offset)) }
  }

  // MARK: Against differences

  @Test("gradients of inputs and weights are slopes of the outputs", arguments: graphs.indices)
  func slopes(_ index: Int) throws {
    let model = try Model(architecture: Self.graphs[index].json, seed: 3)
    let (x, dy) = (try inputs(model), try outputGradients(model))
    let found = try Derivatives(model, x, dy)
    for (i, tensor) in x.enumerated() {
      let direction = values(tensor.count, seed: UInt64(51 + i))
      let slope = try slope(along: direction) { step in
        var moved = x
        moved[i] = try Tensor(shape: tensor.shape, values: zip(tensor.floats, direction).map { $0 + step * $1 })
        return try value(model, moved, dy)
      }
      expectClose([dot(found.inputs[i], direction)], [slope], relative: 1e-3)
    }
    let (weights, direction) = (try model.weights, values(model.parameterCount, seed: 71))
    let slope = try slope(along: direction) { step in
      try model.setAllWeights(zip(weights, direction).map { $0 + step * $1 })
      return try value(model, x, dy)
    }
    #expect(abs(Double(dot(found.weights, direction)) - slope) <= 1e-3 * abs(slope))
  }

  /// The sum of the outputs times their gradients.
  private func value(_ model: Model, _ x: [Tensor], _ dy: [Tensor]) throws -> Double {
    let outputs = try Derivatives(model, x, dy).outputs
    return zip(outputs, dy).reduce(0) { sum, pair in
      sum + zip(pair.0, pair.1.floats).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
  }

  /// By central differences, whose error is of the order of the square of the step; float32 leaves 1e-4 of the slope.
  private func slope(along direction: [Float], _ value: (Float) throws -> Double) throws -> Double {
    let step: Float = 0x1p-8
    return (try value(step) - value(-step)) / Double(2 * step)
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Float { Float(zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }) }

  // MARK: Against other gradients

  /// A PReLU of slope 1 before the model is the identity, and the gradient of its alpha the sum over the samples of x · dx, where x is
  /// below 0.
  @Test("gradients of inputs are those that a layer before the model would get", arguments: try Golden.shared.get().cases)
  func layerBefore(_ parity: ParityCase) throws {
    guard case .object(var architecture) = try JSON.parse(parity.architecture), case .array(let layers)? = architecture["layers"]
    else { return }
    architecture["layers"] = .array([["class": "PReLU", "name": "before"]] + layers)
    let model = try Model(architecture: parity.architecture, seed: 7)
    guard model.inputShapes.count == 1, let input = model.inputShapes.first else { return }
    let longer = try Model(architecture: JSON.object(architecture).text, seed: 7)
    let weights = parity.weights(model.weightSpecs)
    let ownCount = longer.parameterCount - weights.count
    try model.setAllWeights(weights)
    try longer.setAllWeights(Array(repeating: 1, count: ownCount) + weights)
    let x = try noiseTensor(4, input, seed: 5)
    let dy = try model.outputShapes.map { try noiseTensor(4, $0, seed: 6) }
    for behavior in [LayerBehavior.inference, .training] {
      let found = try Derivatives(model, [x], dy, as: behavior, draw: 1)
      let expected = try Derivatives(longer, [x], dy, as: behavior, draw: 1)
      // Layers draw other random numbers in another place.
      guard behavior == .inference || found.outputs == expected.outputs else { continue }
      let products = zip(x.floats, found.inputs[0]).map { $0 < 0 ? Double($0) * Double($1) : 0 }
      let sums = (0..<ownCount).map { j in stride(from: j, to: products.count, by: ownCount).reduce(0) { $0 + products[$1] } }
      expectClose(Array(expected.weights[..<ownCount]), sums, relative: 1e-5)
      expectClose(found.weights, expected.weights[ownCount...].map(Double.init), relative: 1e-5)
      #expect(expected.inputs == found.inputs)
    }
  }

  @Test("gradients of a mean squared error, by hand, are those of `gradients`", arguments: [false, true])
  func lossByHand(_ training: Bool) throws {
    let model = try Sequential(input: [9, 7, 2], seed: 4) {
      Conv2D(4, kernelSize: 3, activation: .relu)
      BatchNormalization()
      MaxPooling2D()
      Flatten()
      Dropout(0.3)
      Dense(3, activation: .tanh)
    }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    let (x, y) = (try noiseTensor(6, [9, 7, 2], seed: 5), try noiseTensor(6, [3], seed: 6))
    try model.trainOnBatch(x, y)
    let behavior: LayerBehavior = training ? .training : .inference
    let outputs = try Derivatives(model, [x], [nil], as: behavior).outputs[0]
    let dy = try Tensor(shape: [6, 3], values: zip(outputs, y.floats).map { ($0 - $1) * 2 / 18 })
    let before = try model.weights
    let found = try Derivatives(model, [x], [dy], as: behavior)
    expectClose(found.weights, try model.gradients(x, y, training: training).gradients.map(Double.init), relative: 1e-5)
    #expect(try model.weights == before)
  }

  @Test("a draw gives the random numbers that it gives to a call")
  func draws() throws {
    let model = try Sequential(input: [20], seed: 4) {
      Dropout(0.4)
      Dense(3)
    }
    let x = try noiseTensor(4, [20], seed: 5)
    let dy = try noiseTensor(4, [3], seed: 6)
    let found = try Derivatives(model, [x], [dy], as: .training, draw: 7)
    #expect(found.outputs[0] == (try model.call(x, as: .training, draw: 7).floats))
    #expect(found != (try Derivatives(model, [x], [dy], as: .training, draw: 8)))
    #expect(found.inputs[0].contains(0))
    #expect(throws: SwiftCNNError.invalidValue("draw must be from 0 to 2147483647, got -1")) {
      try Derivatives(model, [x], [dy], as: .training, draw: -1)
    }
  }

  // MARK: What is asked

  @Test("1, 2 and 3 threads, with and without the gradients of inputs, give the same bits", arguments: graphs.indices)
  func bits(_ index: Int) throws {
    let before = Engine.numThreads
    defer { try? Engine.setNumThreads(before) }
    let found = try [1, 2, 3].map { threads in
      try Engine.setNumThreads(threads)
      let model = try Model(architecture: Self.graphs[index].json, seed: 3)
      let whole = try Derivatives(model, inputs(model), outputGradients(model))
      let part = try Derivatives(model, inputs(model), outputGradients(model), wantsInputs: false)
      #expect(part.outputs == whole.outputs && part.weights == whole.weights)
      return whole
    }
    #expect(found.allSatisfy { $0 == found[0] })
  }

  @Test("an output without a gradient adds nothing, and what leads to it alone gets zeros", arguments: graphs.indices)
  func someOutputs(_ index: Int) throws {
    let model = try Model(architecture: Self.graphs[index].json, seed: 3)
    let (x, dy) = (try inputs(model), try outputGradients(model))
    // A run before must leave no trace.
    let whole = try Derivatives(model, x, dy)
    var sums = [[Double]](repeating: [], count: 1 + x.count)
    for output in dy.indices {
      let part = try Derivatives(model, x, dy.indices.map { $0 == output ? dy[$0] : nil })
      #expect(part.outputs == whole.outputs)
      for (i, values) in ([part.weights] + part.inputs).enumerated() {
        sums[i] = sums[i].isEmpty ? values.map(Double.init) : zip(sums[i], values).map { $0 + Double($1) }
      }
    }
    for (values, sums) in zip([whole.weights] + whole.inputs, sums) where !values.isEmpty {
      expectClose(values, sums, relative: 1e-5)
    }
    let none = try Derivatives(model, x, dy.map { _ in nil })
    #expect(none.outputs == whole.outputs)
    #expect((none.weights + none.inputs.joined()).allSatisfy { $0 == 0 })
  }

  @Test("gradients go through frozen layers, which get none")
  func frozen() throws {
    let model = try Model(architecture: Self.graphs[1].json, seed: 3)
    let (x, dy) = (try inputs(model), try outputGradients(model))
    let whole = try Derivatives(model, x, dy)
    for layer in model.layerNames { try model.setTrainable(false, layer: layer) }
    let frozen = try Derivatives(model, x, dy)
    #expect(frozen.inputs == whole.inputs && frozen.outputs == whole.outputs)
    #expect(frozen.weights.allSatisfy { $0 == 0 })
  }

  @Test("more choices of outputs than plans are kept")
  func manyChoices() throws {
    let units = (1...6).map { Self.dense($0) }
    let model = try Model(
      architecture: Self.graph([[3]], units, (0..<6).map { [$0, 0] }, Array(1...6)), seed: 3)
    let (x, dy) = (try inputs(model), try outputGradients(model))
    for choice in (0..<64).shuffled() + Array(0..<64) {
      let chosen = dy.indices.map { choice >> $0 & 1 == 1 ? dy[$0] : nil }
      let found = try Derivatives(model, x, chosen)
      #expect(found.weights.count { $0 != 0 } == chosen.compactMap(\.self).reduce(0) { $0 + 4 * $1.shape[1] })
    }
  }

  @Test("a layer that leads to no loss any more learns nothing of what was before")
  func lossThatWentAway() throws {
    let model = try Model(
      architecture: Self.graph([[3]], [Self.dense(2), Self.dense(2)], [[0, 0], [1, 0]], [1, 2]), seed: 3)
    let both: (loss: Loss?, weight: Double, metrics: [Metric]) = (.meanSquaredError, 1, [])
    let (x, y) = (try noiseTensor(4, [3], seed: 1), try noiseTensor(4, [2], seed: 2))
    func train() throws {
      _ = try x.withView { x in
        try y.withView { y in try model.trainOnBatch(Samples(inputs: [x], targets: [y, y])) }
      }
    }
    try model.compile(optimizer: .sgd(), outputs: [both, both])
    try train()
    try model.compile(optimizer: .sgd(), outputs: [both, (nil, 1, [])])
    let before = try model.weights
    try train()
    let after = try model.weights
    #expect(after[..<8] != before[..<8] && after[8...] == before[8...])
  }

  // MARK: Mistakes

  @Test("what does not fit is refused")
  func mistakes() throws {
    let model = try Model(architecture: Self.graphs[1].json, seed: 3)
    let (x, dy) = (try inputs(model), try outputGradients(model))
    func refuses(_ message: String, _ x: [Tensor], _ dy: [Tensor?], _ location: SourceLocation = #_sourceLocation) {
      #expect(throws: SwiftCNNError.invalidValue(message), sourceLocation: location) { try Derivatives(model, x, dy) }
    }
    refuses("the model has 2 inputs ('input_0', 'input_1'), got 1 array", [x[0]], dy)
    refuses("the model has 3 outputs, got gradients of 2", x, Array(dy[..<2]))
    let name = model.outputNames[1]
    refuses(
      "output_gradients of output '\(name)' must have the shape (5, 5), as the output has; got (5, 2)", x, [dy[0], dy[0], nil])
    let infinite = try Tensor(shape: [5, 1], values: [0, 0, .infinity, 0, 0])
    #expect(throws: SwiftCNNError.self) { try Derivatives(model, x, [nil, nil, infinite]) }
  }

  @Test("memory of the wrong size or in the wrong place is refused")
  func rooms() throws {
    let model = try Sequential(input: [3], seed: 1) { Dense(2) }
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: 64)
    defer { memory.deallocate() }
    memory.initialize(repeating: 0)
    func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Float> { .init(rebasing: memory[range]) }
    let x = try ArrayView(memory.baseAddress, dtype: .float32, shape: [4, 3], strides: [12, 4])
    let dy = try ArrayView(memory.baseAddress.map { $0 + 12 }, dtype: .float32, shape: [4, 2], strides: [8, 4])
    func attempt(_ outputs: Range<Int>, _ weights: Range<Int>, _ inputs: Range<Int>) throws(SwiftCNNError) {
      try model.differentiate(
        [x], outputGradients: [dy], outputs: [part(outputs)], weightGradients: part(weights), inputGradients: [part(inputs)])
    }
    try attempt(20..<28, 28..<36, 36..<48)
    let tooSmall = SwiftCNNError.invalidValue("outputs must have room for 8 elements, got room for 7")
    #expect(throws: tooSmall) { try attempt(20..<27, 28..<36, 36..<48) }
    #expect(throws: SwiftCNNError.invalidValue("weight_gradients must have room for 8 elements, got room for 9")) {
      try attempt(20..<28, 28..<37, 37..<49)
    }
    #expect(throws: SwiftCNNError.invalidValue("input_gradients must have room for 12 elements, got room for 0")) {
      try attempt(20..<28, 28..<36, 36..<36)
    }
    let overlaps = "overlaps another array of this call; give it memory of its own"
    for (ranges, name) in [
      ((4..<12, 28..<36, 36..<48), "outputs"), ((20..<28, 19..<27, 36..<48), "weight_gradients"),
      ((20..<28, 36..<44, 43..<55), "weight_gradients"), ((20..<28, 28..<36, 8..<20), "input_gradients"),
    ] {
      #expect(throws: SwiftCNNError.invalidValue("the memory for \(name) \(overlaps)")) {
        try attempt(ranges.0, ranges.1, ranges.2)
      }
    }
    #expect(throws: SwiftCNNError.invalidValue("input_gradients must have 1 array, or none at all; got 2")) {
      try model.differentiate([x], outputGradients: [dy], inputGradients: [nil, nil])
    }
  }
}
