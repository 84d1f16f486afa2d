/// A transposition: the axes of a tensor in another order.
struct Permutation {
  /// The shape of the output.
  let shape: [Int]
  /// Elements of the input from one index of each axis of the output to the next.
  private let strides: [Int]

  /// - Parameter axes: for each axis of the output, the axis of the input.
  init(of input: [Int], axes: [Int]) {
    shape = axes.map { input[$0] }
    strides = axes.map { axis in input[(axis + 1)...].reduce(1, *) }
  }

  /// Whether all values keep their places in memory.
  var isIdentity: Bool {
    let moving = zip(shape, strides).filter { $0.0 > 1 }.map(\.1)
    return zip(moving, moving.dropFirst()).allSatisfy { $0 > $1 }
  }

  /// Calls `body` for runs along the last axis of the output, with the start of each in the input and in the output.
  func eachRun(_ body: (_ source: Int, _ target: Int, _ count: Int, _ stride: Int) -> Void) {
    var target = 0
    walk(0, 0, &target, body)
  }

  private func walk(_ axis: Int, _ source: Int, _ target: inout Int, _ body: (Int, Int, Int, Int) -> Void) {
    if axis == shape.count - 1 {
      body(source, target, shape[axis], strides[axis])
      target += shape[axis]
      return
    }
    for i in 0..<shape[axis] { walk(axis + 1, source + i * strides[axis], &target, body) }
  }
}
