/// x above 0, alpha · x below 0. The alphas are weights.
final class PReLUOperation: Operation {
  var values: OperationValues
  private let alpha: SharedWeight

  init(_ values: OperationValues, alpha: SharedWeight) {
    self.values = values
    self.alpha = alpha
  }

  var algorithm: String { "parametric rectifier" }
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }
  var weightSpan: Range<Int>? { alpha.offset..<(alpha.offset + alpha.count).rounded(upTo: 16) }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let input = call.input + i * values.inputElements
      bend(call, input, by: input, into: call.output + i * values.outputElements)
    }
  }

  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let (input, gradient) = (call.input + i * values.inputElements, outputGradient + i * values.outputElements)
      if let weightGradients = call.weightGradients { addAlphaGradient(input, gradient, to: weightGradients) }
      guard let inputGradient = call.inputGradient else { continue }
      bend(call, gradient, by: input, into: inputGradient + i * values.inputElements)
    }
  }

  private func addAlphaGradient(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, to weightGradients: UnsafeMutablePointer<Float>
  ) {
    alpha.eachRun { place, weight, count, step in
      let (x, dy, da) = (input + place, gradient + place, weightGradients + weight)
      if step == 0 {
        da[0] += laneSum(count) { j in
          let product = x[j] * dy[j]
          return x[j] < 0 ? product : 0
        }
      } else {
        for j in 0..<count {
          let product = x[j] * dy[j]
          da[j] += x[j] < 0 ? product : 0
        }
      }
    }
  }

  /// `v`, multiplied by alpha where x is below 0. It computes the output from x, and the input's gradient from the output's.
  private func bend(
    _ call: OperationCall, _ v: UnsafePointer<Float>, by x: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    alpha.eachRun { place, weight, count, step in
      let (v, x, y, a) = (v + place, x + place, target + place, call.weights + weight)
      if step == 0 {
        let slope = a[0]
        for j in 0..<count { y[j] = x[j] < 0 ? slope * v[j] : v[j] }
      } else {
        // Both values are computed and one is selected. A branch would be slow, because the processor cannot predict random
        // signs.
        for j in 0..<count {
          let scaled = a[j] * v[j]
          y[j] = x[j] < 0 ? scaled : v[j]
        }
      }
    }
  }
}

/// A weight with the shape of a sample, but size 1 along shared axes.
struct SharedWeight {
  /// Its offset in the flat buffers.
  let offset: Int
  let count: Int
  /// The sample's shape. Neighbouring axes are merged if all or none of them are shared.
  private var sizes: [Int] = []
  /// Elements of the weight from one index of an axis to the next; 0 along shared axes.
  private var steps: [Int] = []

  init(offset: Int, shape: [Int], shared: [Bool]) {
    self.offset = offset
    var count = 1
    var isShared: Bool?
    for (size, shares) in zip(shape, shared).reversed() where size > 1 {
      if isShared == shares {
        sizes[0] *= size
      } else {
        sizes.insert(size, at: 0)
        steps.insert(shares ? 0 : count, at: 0)
      }
      isShared = shares
      if !shares { count *= size }
    }
    self.count = count
    if sizes.isEmpty { (sizes, steps) = ([1], [0]) }
  }

  /// Calls `body` for runs of a sample's elements, with the place of the run's first weight in the flat buffers and the step to
  /// the next weight. The step is 0 or 1, so that the compiler can vectorize the loops.
  func eachRun(_ body: (_ place: Int, _ weight: Int, _ count: Int, _ step: Int) -> Void) {
    var place = 0
    walk(0, offset, &place, body)
  }

  private func walk(_ axis: Int, _ weight: Int, _ place: inout Int, _ body: (Int, Int, Int, Int) -> Void) {
    if axis == sizes.count - 1 {
      body(place, weight, sizes[axis], steps[axis])
      place += sizes[axis]
      return
    }
    for i in 0..<sizes[axis] { walk(axis + 1, weight + i * steps[axis], &place, body) }
  }
}
