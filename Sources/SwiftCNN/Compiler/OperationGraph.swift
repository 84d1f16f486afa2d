/// The operations of a plan and the values between them, while rewrites change them.
///
/// Operations are in topological order. Every value has one producer (an operation or an input of the model) and one reader (an
/// operation or an output of the model). If a layer's output has several readers, a `ForkOperation` makes a separate value for
/// each of them. So a rewrite that looks at the neighbours of an operation sees every use of its values.
struct OperationGraph {
  /// nil if a rewrite has removed the operation.
  private var slots: [(any Operation)?]
  /// Elements of each value in one image; the model's inputs come first.
  private(set) var elements: [Int]
  let inputCount: Int
  /// The values that are the model's outputs.
  private(set) var outputs: [Int]
  private var producers: [Int?]
  private var readers: [Int?]

  /// - Parameter operations: in topological order; values may still have several readers or none.
  init(_ operations: [any Operation], elements: [Int], inputs: Int, outputs: [Int]) {
    var elements = elements
    var outputs = outputs
    slots = Self.withForks(operations, &elements, inputs, &outputs)
    self.elements = elements
    self.outputs = outputs
    inputCount = inputs
    producers = Array(repeating: nil, count: elements.count)
    readers = producers
    for (i, operation) in slots.enumerated() {
      guard let operation else { continue }
      for value in operation.values.inputs { readers[value] = i }
      for value in operation.values.outputs { producers[value] = i }
    }
  }

  /// The indices of the operations that have not been removed.
  var places: [Int] { slots.indices.filter { slots[$0] != nil } }
  var operations: [any Operation] { slots.compactMap(\.self) }

  subscript(place: Int) -> (any Operation)? { slots[place] }

  /// The operation that makes the first input of the operation at `place`, with its own place.
  func producer(of place: Int) -> (place: Int, operation: any Operation)? {
    found(slots[place].flatMap { producers[$0.values.inputs[0]] })
  }

  /// The operation that reads the first output of the operation at `place`, with its own place.
  func reader(of place: Int) -> (place: Int, operation: any Operation)? {
    found(slots[place].flatMap { readers[$0.values.outputs[0]] })
  }

  private func found(_ place: Int?) -> (place: Int, operation: any Operation)? {
    guard let place, let operation = slots[place] else { return nil }
    return (place, operation)
  }

  // MARK: Changes

  /// Removes an operation with one input and one output. Its reader then reads the input of the removed operation.
  mutating func remove(_ place: Int) {
    guard let values = slots[place]?.values else { return }
    let (input, output) = (values.inputs[0], values.outputs[0])
    slots[place] = nil
    (readers[input], producers[output]) = (readers[output], nil)
    guard let reader = readers[output] else {
      outputs = outputs.map { $0 == output ? input : $0 }
      return
    }
    readers[output] = nil
    guard let operation = slots[reader] else { return }
    for i in operation.values.inputs.indices where operation.values.inputs[i] == output { operation.values.inputs[i] = input }
    if operation.values.inputs[0] == input { operation.values.inputElements = elements[input] }
  }

  /// Replaces an operation by another one between the same values.
  mutating func replace(_ place: Int, by operation: any Operation) { slots[place] = operation }

  /// Replaces two consecutive operations by one.
  mutating func join(_ place: Int, _ next: Int, by operation: any Operation) {
    guard let first = slots[place]?.values, let second = slots[next]?.values else { return }
    (producers[first.outputs[0]], readers[first.outputs[0]]) = (nil, nil)
    (operation.values.inputs, operation.values.outputs) = (first.inputs, second.outputs)
    readers[first.inputs[0]] = next
    slots[place] = nil
    slots[next] = operation
  }

  /// Changes the size of an operation's first output, and of the same value in its reader.
  mutating func resizeOutput(of place: Int, to count: Int) {
    guard let operation = slots[place] else { return }
    operation.values.outputElements = count
    elements[operation.values.outputs[0]] = count
    reader(of: place)?.operation.values.inputElements = count
  }

  // MARK: Forks

  private static func withForks(
    _ operations: [any Operation], _ elements: inout [Int], _ inputs: Int, _ outputs: inout [Int]
  ) -> [(any Operation)?] {
    var counts = Array(repeating: 0, count: elements.count)
    for operation in operations { for value in operation.values.inputs { counts[value] += 1 } }
    for value in outputs { counts[value] += 1 }
    /// For each forked value, the copies for its readers. The copy for the last reader comes first.
    var waiting: [Int: [Int]] = [:]
    var all: [(any Operation)?] = []
    func fork(_ value: Int, layer: Int) {
      guard counts[value] > 1 else { return }
      let copies = Array(elements.count..<elements.count + counts[value])
      elements += copies.map { _ in elements[value] }
      waiting[value] = copies.reversed()
      all.append(
        ForkOperation(
          OperationValues(
            layer: layer, inputs: [value], outputs: copies, inputElements: elements[value], outputElements: elements[value])))
    }
    for value in 0..<inputs {
      fork(value, layer: operations.first { $0.values.inputs.contains(value) }?.values.layer ?? 0)
    }
    for operation in operations {
      operation.values.inputs = operation.values.inputs.map { waiting[$0]?.popLast() ?? $0 }
      all.append(operation)
      for value in operation.values.outputs { fork(value, layer: operation.values.layer) }
    }
    outputs = outputs.map { waiting[$0]?.popLast() ?? $0 }
    return all
  }
}
