/// The order in which operations run.
enum Schedule {
  /// The operations, given in depth-first order. An operation that needs the whole batch is put off as long as another operation
  /// is ready. So there are few stages, and all branches read a shared value while it is in the cache. A line of operations keeps
  /// its order.
  static func order(_ operations: [any Operation], values: Int) -> [any Operation] {
    var readers: [[Int]] = Array(repeating: [], count: values)
    var missing = Array(repeating: 0, count: operations.count)
    var isMade = Array(repeating: true, count: values)
    for operation in operations { for value in operation.values.outputs { isMade[value] = false } }
    for (i, operation) in operations.enumerated() {
      for value in operation.values.inputs where !isMade[value] {
        readers[value].append(i)
        missing[i] += 1
      }
    }
    var ready = Ready()
    for i in operations.indices where missing[i] == 0 { ready.insert(i, operations[i].scope) }
    var order: [any Operation] = []
    while let next = ready.next() {
      order.append(operations[next])
      for value in operations[next].values.outputs {
        for reader in readers[value] {
          missing[reader] -= 1
          if missing[reader] == 0 { ready.insert(reader, operations[reader].scope) }
        }
      }
    }
    return order
  }

  /// Operations with all inputs available. The first one that works image by image comes next; if there is none, the first of
  /// all.
  private struct Ready {
    private var image = Heap()
    private var batch = Heap()

    mutating func insert(_ place: Int, _ scope: OperationScope) {
      switch scope {
      case .image: image.insert(place)
      case .batch: batch.insert(place)
      }
    }

    mutating func next() -> Int? { image.popFirst() ?? batch.popFirst() }
  }

  /// A priority queue that returns its smallest number first.
  private struct Heap {
    private var numbers: [Int] = []

    mutating func insert(_ number: Int) {
      numbers.append(number)
      var child = numbers.count - 1
      while child > 0, numbers[child] < numbers[(child - 1) / 2] {
        numbers.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    }

    mutating func popFirst() -> Int? {
      guard let first = numbers.first else { return nil }
      let last = numbers.removeLast()
      if numbers.isEmpty { return first }
      numbers[0] = last
      var parent = 0
      while let child = [2 * parent + 1, 2 * parent + 2].filter(numbers.indices.contains).min(by: { numbers[$0] < numbers[$1] }),
        numbers[child] < numbers[parent]
      {
        numbers.swapAt(child, parent)
        parent = child
      }
      return first
    }
  }
}
