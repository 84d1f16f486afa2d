/// The times of a plan's steps: `count` forward steps at 0, 1, …, then the loss, then the backward steps in reverse order.
struct Clock {
  let count: Int
  func forward(_ step: Int) -> Int { step }
  func backward(_ step: Int) -> Int { 2 * count - step }
  /// The time after the last step.
  var end: Int { 2 * count + 1 }
}

/// Which values of a plan may share memory, and how long each is needed.
struct Liveness {
  /// Values that share one place in memory, in the order in which they are made.
  struct Class {
    var values: [Int]
    /// The operations that make the first value and read the last one; `Int.max` if a value is an output of the model.
    var made: Int
    var read: Int
    /// The input of the model that these values are, or are the gradients of. Gradients of inputs are needed until the end.
    var input: Int?
    /// Whether a backward pass reads one of the values.
    var isKept: Bool
    /// The place of the values in the rows of another class, if they lie there.
    var part: Part?
  }

  /// A slice of each row of another class's tensor.
  struct Part {
    let whole: Int
    let start: Int
    /// Elements in a row of the whole.
    let row: Int
  }

  /// The classes of the values, in the order in which the first value of each is made.
  var classes: [Class] = []
  /// The classes of the gradients, in the same order. Their `made` and `read` are those of the values.
  private(set) var gradientClasses: [Class] = []
  /// Which values have a gradient. A loss depends on such a value, and the value depends on a weight that learns or on an input
  /// that has a gradient.
  let hasGradient: [Bool]
  /// Which operations have a backward pass to run.
  let isDifferentiated: [Bool]

  let operations: [any Operation]
  let outputs: Set<Int>
  private let inputCount: Int
  private let training: Bool
  let producers: [Int?]
  let readers: [Int?]

  /// - Parameters:
  ///   - values: the number of values; the model's inputs come first.
  ///   - losses: the outputs that have a gradient.
  ///   - differentiatesInputs: whether the gradients of the model's inputs are needed too.
  ///   - concatenatesInPlace: whether inputs of concatenations may lie in the output.
  init(
    _ operations: [any Operation], values: Int, inputs: Int, outputs: [Int], losses: Set<Int>, training: Bool,
    differentiatesInputs: Bool = false, concatenatesInPlace: Bool = true
  ) {
    self.operations = operations
    self.outputs = Set(outputs)
    inputCount = inputs
    self.training = training
    var producers: [Int?] = Array(repeating: nil, count: values)
    var readers = producers
    for (i, operation) in operations.enumerated() {
      for value in operation.values.inputs { readers[value] = i }
      for value in operation.values.outputs { producers[value] = i }
    }
    (self.producers, self.readers) = (producers, readers)
    (hasGradient, isDifferentiated) =
      training
      ? Self.gradients(operations, values, losses, learning: differentiatesInputs ? 0..<inputs : 0..<0)
      : (Array(repeating: false, count: values), operations.map { _ in false })
    let classOf = findClasses(values)
    if concatenatesInPlace { findParts(classOf) }
    if training { findGradientClasses(values) }
  }

  /// - Parameter learning: inputs that need a gradient.
  private static func gradients(
    _ operations: [any Operation], _ values: Int, _ losses: Set<Int>, learning: Range<Int>
  ) -> (values: [Bool], operations: [Bool]) {
    var learns = (0..<values).map(learning.contains)
    for operation in operations where operation.learns || operation.values.inputs.contains(where: { learns[$0] }) {
      for value in operation.values.outputs { learns[value] = true }
    }
    var leadsToLoss = (0..<values).map(losses.contains)
    for operation in operations.reversed()
    where operation.addsToLoss || operation.values.outputs.contains(where: { leadsToLoss[$0] }) {
      for value in operation.values.inputs { leadsToLoss[value] = true }
    }
    let hasGradient = (0..<values).map { learns[$0] && leadsToLoss[$0] }
    let isDifferentiated = operations.map { operation in
      (operation.values.outputs + (operation.addsToLoss ? operation.values.inputs : [])).contains { hasGradient[$0] }
    }
    return (hasGradient, isDifferentiated)
  }

  // MARK: Values

  /// Values with the same content. An operation that is the identity passes its input on.
  private struct Content {
    var lastReader = -1
    var input: Int?
    /// Whether it is an output of the model or is read in the backward pass. Then it must not be overwritten.
    var isNeeded = false
  }

  /// - Returns: the class of each value.
  private mutating func findClasses(_ count: Int) -> [Int] {
    var (contents, contentOf) = ([Content](), Array(repeating: 0, count: count))
    for value in 0..<inputCount {
      contentOf[value] = contents.count
      contents.append(Content(input: value))
    }
    for operation in operations {
      for output in operation.values.outputs {
        if passesOn(operation) {
          contentOf[output] = contentOf[operation.values.inputs[0]]
        } else {
          contentOf[output] = contents.count
          contents.append(Content())
        }
      }
    }
    for value in 0..<count {
      let content = contentOf[value]
      if outputs.contains(value) { contents[content].isNeeded = true }
      if training && isReadBackward(value) { contents[content].isNeeded = true }
      guard let reader = readers[value], !passesOn(operations[reader]) else { continue }
      contents[content].lastReader = max(contents[content].lastReader, reader)
    }
    var classOf = Array(repeating: 0, count: count)
    for value in 0..<inputCount {
      classOf[value] = classes.count
      classes.append(Class(values: [value], made: 0, read: 0, input: value, isKept: false))
    }
    for (i, operation) in operations.enumerated() {
      let first = operation.values.inputs[0]
      let content = contents[contentOf[first]]
      let isReadTwice = operation.values.inputs.dropFirst().contains { contentOf[$0] == contentOf[first] }
      let isInPlace =
        passesOn(operation)
        || operation.worksInPlace && !operation.isIdentity && content.input == nil && !content.isNeeded
          && content.lastReader == i && !isReadTwice
      for output in operation.values.outputs {
        classOf[output] = isInPlace ? classOf[first] : classes.count
        if isInPlace {
          classes[classOf[first]].values.append(output)
        } else {
          classes.append(Class(values: [output], made: i, read: i, input: nil, isKept: false))
        }
      }
    }
    for index in classes.indices { finish(index) }
    return classOf
  }

  private mutating func finish(_ index: Int) {
    for value in classes[index].values {
      classes[index].read = max(classes[index].read, outputs.contains(value) ? Int.max : readers[value] ?? 0)
      if training && isReadBackward(value) { classes[index].isKept = true }
    }
  }

  private func isReadBackward(_ value: Int) -> Bool {
    producers[value].map { operations[$0].backwardReadsOutput } ?? false
      || readers[value].map { operations[$0].backwardReadsInput } ?? false
  }

  /// Whether the operation's outputs are its input, unchanged. An output made from the model's input needs memory of its own,
  /// unless the operation is a fork.
  func passesOn(_ operation: any Operation) -> Bool {
    operation.worksInPlace && operation.isIdentity
      && (operation is ForkOperation || producers[operation.values.inputs[0]] != nil)
  }

  // MARK: Gradients

  /// If an operation works in place, the gradient of its input lies where the gradient of its output does. For a fork, it lies
  /// where the gradient of the first output that has one does.
  private mutating func findGradientClasses(_ count: Int) {
    var classOf: [Int?] = Array(repeating: nil, count: count)
    for value in 0..<inputCount where hasGradient[value] {
      start(value, made: 0, &classOf)
      gradientClasses[gradientClasses.count - 1].input = value
    }
    for (i, operation) in operations.enumerated() {
      let first = operation.values.inputs[0]
      var shared = operation.worksInPlace ? classOf[first] : nil
      for output in operation.values.outputs where hasGradient[output] {
        if let place = shared {
          classOf[output] = place
          gradientClasses[place].values.append(output)
          shared = nil
        } else {
          start(output, made: i, &classOf)
        }
      }
    }
    for index in gradientClasses.indices {
      for value in gradientClasses[index].values {
        gradientClasses[index].read = max(gradientClasses[index].read, outputs.contains(value) ? Int.max : readers[value] ?? 0)
      }
    }
  }

  private mutating func start(_ value: Int, made: Int, _ classOf: inout [Int?]) {
    classOf[value] = gradientClasses.count
    gradientClasses.append(Class(values: [value], made: made, read: made, input: nil, isKept: false))
  }
}
