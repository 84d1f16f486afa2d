/// What happens when: `count` forward steps at 0, 1, …, then the loss, then each step's backward part in the reverse order.
struct Clock {
  let count: Int
  func forward(_ step: Int) -> Int { step }
  func backward(_ step: Int) -> Int { 2 * count - step }
  /// When everything has run.
  var end: Int { 2 * count + 1 }
}

/// Which values of a plan may lie in the same place, and until when each is needed.
struct Liveness {
  /// Values that lie on one another, in the order in which they are made.
  struct Class {
    var values: [Int]
    /// The operations that make the first of them and read the last; `Int.max` where the model's output is among them.
    var made: Int
    var read: Int
    /// The model's input that they are, or that they are gradients of: those are wanted in the end.
    var input: Int?
    /// A backward pass reads one of them.
    var isKept: Bool
    /// They lie in the rows of another class.
    var part: Part?
  }

  /// A stretch of each row of another class's tensor.
  struct Part {
    let whole: Int
    let start: Int
    /// Elements of a row of the whole.
    let row: Int
  }

  /// Of the values, in the order in which each is made first.
  var classes: [Class] = []
  /// Of the gradients of values, in the same order. Their `made` and `read` are those of the values.
  private(set) var gradientClasses: [Class] = []
  /// Which values have a gradient: those that a weight that learns comes before, or an input whose gradient is wanted; and a loss
  /// behind.
  let hasGradient: [Bool]
  /// Which operations run backward.
  let isDifferentiated: [Bool]

  let operations: [any Operation]
  let outputs: Set<Int>
  private let inputCount: Int
  private let training: Bool
  let producers: [Int?]
  let readers: [Int?]

  /// - Parameters:
  ///   - values: how many there are; the model's inputs come first.
  ///   - losses: the outputs that have a gradient.
  ///   - differentiatesInputs: the gradients of the model's inputs are wanted too.
  ///   - concatenatesInPlace: inputs of concatenations may lie in the output.
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

  /// - Parameter learning: inputs whose gradients are wanted.
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

  /// Values with the same content: an operation that leaves its input passes it on.
  private struct Content {
    var lastReader = -1
    var input: Int?
    /// The model's output, or read in backward: not to be overwritten.
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

  /// Whether the operation's outputs are its input. What an operation makes of the model's input lies elsewhere, unless it is a fork.
  func passesOn(_ operation: any Operation) -> Bool {
    operation.worksInPlace && operation.isIdentity
      && (operation is ForkOperation || producers[operation.values.inputs[0]] != nil)
  }

  // MARK: Gradients

  /// The gradient of an input lies where that of the output does, if the operation works in place; of a fork's outputs, that of the
  /// first that has one.
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
