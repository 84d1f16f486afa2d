import CSwiftCNN

extension Model {
  /// Computes the outputs for all samples as one batch. From given gradients of some outputs, it computes the gradients of the
  /// weights and of the inputs, as custom losses need. Weights, optimizer and moving statistics do not change. The model need not
  /// be compiled.
  ///
  /// - Parameters:
  ///   - inputs: one array for each input: (n, input shape…), any element type.
  ///   - outputGradients: one array for each output: (n, output shape…), any element type; nil for an output without a gradient.
  ///   - behavior: the behavior of the layers, as in `call`. The results of `call` for inference may be rounded differently.
  ///   - draw: selects the random numbers, as in `call`; nil uses those of the next optimizer step, as `gradients` does.
  ///   - outputs: for each output, memory for n · (elements of its shape) values; nil if an output is not needed, or an empty
  ///     list.
  ///   - weightGradients: memory for `parameterCount` elements: sums over the samples, end to end in the order of `weightSpecs`.
  ///     Gradients of regularizers are not included, and weights that do not learn have the gradient 0.
  ///   - inputGradients: for each input, memory for as many values as it has; nil if its gradient is not needed, or an empty
  ///     list. No memory for results may overlap other memory that is read or written.
  /// - Throws: `invalidValue` if an array, the memory for a result or `draw` does not fit; `outOfMemory`.
  public func differentiate(
    _ inputs: [ArrayView], outputGradients: [ArrayView?], as behavior: LayerBehavior = .inference, draw: Int? = nil,
    outputs: [UnsafeMutableBufferPointer<Float>?] = [], weightGradients: UnsafeMutableBufferPointer<Float>? = nil,
    inputGradients: [UnsafeMutableBufferPointer<Float>?] = []
  ) throws(SwiftCNNError) {
    let graph = try graph(for: inputs)
    let count = inputs[0].sampleCount
    let step = try draw.map { draw throws(SwiftCNNError) in try Self.step(draw: draw) }
    try check(outputGradients, graph.outputShapes, samples: count)
    var rooms = try rooms("outputs", outputs, outputNames, graph.outputShapes, count)
    rooms += try self.rooms("input_gradients", inputGradients, inputNames, graph.inputs.map(\.shape), count)
    if let weightGradients { rooms.append(try Room("weight_gradients", weightGradients, parameterCount)) }
    try Room.checkApart(rooms, from: inputs + outputGradients.compactMap(\.self))
    let readers = try readers(inputs, batchSize: count)
    let gradients = try self.read(outputGradients, batchSize: count)
    defer { withExtendedLifetime((readers, gradients)) {} }
    let read = try self.read(readers, 0..<count)
    let wantsInputGradients = inputGradients.contains { $0 != nil }
    try withWeights { state throws(SwiftCNNError) in
      let plan = try state.plan(
        differentiating: outputGradients.map { $0 != nil }, inputs: wantsInputGradients, behavior: behavior, graph: graph,
        batchSize: count)
      let batch = state.batch(read, count, step: step)
      plan.forward(batch)
      for (i, output) in outputs.enumerated() { output?.fill(from: plan.output(i, batch)) }
      guard wantsInputGradients || weightGradients != nil else { return }
      for case (let i, let gradient?) in gradients.enumerated() { plan.setOutputGradient(i, gradient.values, batch) }
      plan.backward(batch, into: try state.gradients.pointer)
      for (i, target) in inputGradients.enumerated() { target?.fill(from: plan.inputGradient(i, batch)) }
      if let weightGradients { collectGradients(state, try state.gradients, into: weightGradients) }
    }
  }

  /// Writes the gradients of all weights end to end. Weights that do not learn have the gradient 0.
  func collectGradients(_ state: Session, _ gradients: FloatBuffer, into target: UnsafeMutableBufferPointer<Float>) {
    let learning = Set(graph.learning(frozen: state.frozen).map(\.offset))
    for weight in graph.weights where !learning.contains(weight.offset) {
      (gradients.pointer + weight.offset).update(repeating: 0, count: weight.count)
    }
    collect(gradients, state, into: target)
  }
}

// MARK: - Gradients of outputs

/// The values of a whole batch. The memory may belong to the caller.
struct BatchValues {
  let values: UnsafeMutableBufferPointer<Float>
  /// Keeps the memory alive.
  fileprivate let reader: BatchReader
}

extension Model {
  private func check(_ gradients: [ArrayView?], _ outputShapes: [[Int]], samples: Int) throws(SwiftCNNError) {
    guard gradients.count == outputShapes.count else {
      throw .invalidValue("the model has \(counted(outputShapes.count, "output")), got gradients of \(gradients.count)")
    }
    for (i, gradient) in gradients.enumerated() {
      let expected = [samples] + outputShapes[i]
      guard let gradient, gradient.shape != expected else { continue }
      throw .invalidValue(
        "\(gradientName(i)) must have the shape \(Shape.text(expected)), as the output has; got \(Shape.text(gradient.shape))")
    }
  }

  private func gradientName(_ output: Int) -> String {
    outputNames.count == 1 ? "output_gradients" : "output_gradients of output '\(outputNames[output])'"
  }

  /// The gradients of those outputs that have one.
  private func read(_ gradients: [ArrayView?], batchSize: Int) throws(SwiftCNNError) -> [BatchValues?] {
    var read: [BatchValues?] = []
    for (i, gradient) in gradients.enumerated() {
      read.append(
        try gradient.map { gradient throws(SwiftCNNError) in
          try gradient.checkFinite(gradientName(i), kernels)
          let reader = try BatchReader(
            gradient, named: gradientName(i), batchSize: batchSize, inOrder: true, kernels: kernels,
            threads: Int(scnn_i_threads()))
          let values = UnsafeMutableBufferPointer(
            start: try reader.read(from: 0, count: batchSize), count: batchSize * gradient.sampleElements)
          return BatchValues(values: values, reader: reader)
        })
    }
    return read
  }
}

// MARK: - Room for results

/// The caller's memory for a result.
private struct Room {
  let name: String
  let memory: UnsafeMutableBufferPointer<Float>

  init(_ name: String, _ memory: UnsafeMutableBufferPointer<Float>, _ elements: Int) throws(SwiftCNNError) {
    guard memory.count == elements else {
      throw .invalidValue("\(name) must have room for \(counted(elements, "element")), got room for \(memory.count)")
    }
    self.name = name
    self.memory = memory
  }

  /// Throws if the memory overlaps an argument that is read, or the memory for another result.
  static func checkApart(_ rooms: [Room], from arrays: [ArrayView]) throws(SwiftCNNError) {
    for (i, room) in rooms.enumerated() {
      let overlaps =
        arrays.contains { $0.overlaps(UnsafeRawBufferPointer(room.memory)) }
        || rooms[..<i].contains { $0.memory.overlaps(room.memory) }
      if overlaps {
        throw .invalidValue("the memory for \(room.name) overlaps another array of this call; give it memory of its own")
      }
    }
  }
}

extension Model {
  /// The memory for values of these shapes, one for each name; nil for results that are not needed.
  private func rooms(
    _ argument: String, _ memory: [UnsafeMutableBufferPointer<Float>?], _ names: [String], _ shapes: [[Int]], _ samples: Int
  ) throws(SwiftCNNError) -> [Room] {
    guard memory.isEmpty || memory.count == names.count else {
      throw .invalidValue("\(argument) must have \(counted(names.count, "array")), or none at all; got \(memory.count)")
    }
    var rooms: [Room] = []
    for (i, memory) in memory.enumerated() {
      guard let memory else { continue }
      let name = names.count == 1 ? argument : "\(argument) of '\(names[i])'"
      rooms.append(try Room(name, memory, try Shape.count([samples] + shapes[i], of: name)))
    }
    return rooms
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Copies the source, or writes zeros if there is none.
  fileprivate func fill(from source: UnsafeMutablePointer<Float>?) {
    if let source {
      _ = update(fromContentsOf: UnsafeBufferPointer(start: source, count: count))
    } else {
      update(repeating: 0)
    }
  }
}
