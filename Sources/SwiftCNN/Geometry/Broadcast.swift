/// How inputs of different shapes are broadcast to the output. Axes of size 1, or missing ones in front, are repeated.
struct Broadcast {
  let inputCount: Int
  /// Elements of the output.
  let count: Int
  /// For each input, whether it has the output's shape.
  let isWhole: [Bool]
  /// The output's axes. Neighbouring axes are merged if every input treats them alike.
  private var sizes: [Int] = []
  /// For each of these axes, elements of each input from one index to the next; 0 if the input is repeated.
  private var steps: [[Int]] = []

  /// The broadcast shape of two inputs; nil if there is none.
  static func shape(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    let (first, second) = (padded(a, rank), padded(b, rank))
    var joint: [Int] = []
    for (m, n) in zip(first, second) {
      guard m == n || m == 1 || n == 1 else { return nil }
      joint.append(m == 1 ? n : m)
    }
    return joint
  }

  private static func padded(_ shape: [Int], _ rank: Int) -> [Int] {
    Array(repeating: 1, count: rank - shape.count) + shape
  }

  init(_ inputs: [[Int]], to output: [Int]) {
    inputCount = inputs.count
    count = output.reduce(1, *)
    let shapes = inputs.map { Self.padded($0, output.count) }
    isWhole = shapes.map { $0 == output }
    var elements = inputs.map { _ in 1 }
    var last: [Bool] = []
    for axis in output.indices.reversed() where output[axis] > 1 {
      let isRepeated = shapes.map { $0[axis] == 1 }
      if isRepeated == last {
        sizes[0] *= output[axis]
      } else {
        sizes.insert(output[axis], at: 0)
        steps.insert(zip(elements, isRepeated).map { $1 ? 0 : $0 }, at: 0)
      }
      last = isRepeated
      for k in inputs.indices { elements[k] *= shapes[k][axis] }
    }
    if sizes.isEmpty { (sizes, steps) = ([1], [inputs.map { _ in 0 }]) }
  }

  /// The number of elements in an input.
  func elements(of input: Int) -> Int { zip(sizes, steps).reduce(1) { $0 * ($1.1[input] == 0 ? 1 : $1.0) } }

  /// Calls `body` for contiguous runs of the output, with the start of each, its length, and its start in each input. Along a
  /// run, the step of an input is `step(of:)`.
  func eachRun(_ body: (_ place: Int, _ count: Int, _ inputs: UnsafeMutablePointer<Int>) -> Void) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: inputCount * sizes.count) { places in
      guard let start = places.baseAddress else { return }
      places.initialize(repeating: 0)
      var place = 0
      walk(0, start, &place, body)
    }
  }

  /// Elements of an input from one element of a run to the next: 0 or 1.
  func step(of input: Int) -> Int { steps[steps.count - 1][input] }

  private func walk(
    _ axis: Int, _ places: UnsafeMutablePointer<Int>, _ place: inout Int,
    _ body: (Int, Int, UnsafeMutablePointer<Int>) -> Void
  ) {
    if axis == sizes.count - 1 {
      body(place, sizes[axis], places)
      place += sizes[axis]
      return
    }
    let inner = places + inputCount
    for index in 0..<sizes[axis] {
      for k in 0..<inputCount { inner[k] = places[k] + index * steps[axis][k] }
      walk(axis + 1, inner, &place, body)
    }
  }
}
