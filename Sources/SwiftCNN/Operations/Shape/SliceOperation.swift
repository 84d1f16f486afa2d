/// Copies some of a tensor's elements, in their order.
final class SliceOperation: Operation {
  var values: OperationValues
  private let counts: [Int]
  /// Elements of the input from one index of each axis to the next.
  private let strides: [Int]
  private let first: Int

  init(_ values: OperationValues, input: [Int], begins: [Int], counts: [Int], steps: [Int]) {
    self.values = values
    self.counts = counts
    let elements = input.indices.map { input[($0 + 1)...].reduce(1, *) }
    strides = zip(elements, steps).map { $0 * $1 }
    first = zip(elements, begins).reduce(0) { $0 + $1.0 * $1.1 }
  }

  var algorithm: String { "slice" }
  var imagesAtOnce: Int { 0 }
  var work: Int { values.outputElements * ParallelThreshold.element }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      eachRun { source, target, count, stride in
        for j in 0..<count { output[target + j] = input[source + j * stride] }
      }
    }
  }

  /// Elements outside the slice have the gradient 0.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let (dx, dy) = (inputGradient + i * values.inputElements, outputGradient + i * values.outputElements)
      dx.update(repeating: 0, count: values.inputElements)
      eachRun { source, target, count, stride in
        for j in 0..<count { dx[source + j * stride] = dy[target + j] }
      }
    }
  }

  private func eachRun(_ body: (_ source: Int, _ target: Int, _ count: Int, _ stride: Int) -> Void) {
    var target = 0
    walk(0, first, &target, body)
  }

  private func walk(_ axis: Int, _ source: Int, _ target: inout Int, _ body: (Int, Int, Int, Int) -> Void) {
    if axis == counts.count - 1 {
      body(source, target, counts[axis], strides[axis])
      target += counts[axis]
      return
    }
    for i in 0..<counts[axis] { walk(axis + 1, source + i * strides[axis], &target, body) }
  }
}
