import CKernels

/// Combines its inputs element by element, from the first to the last.
final class CombinationOperation: Operation {
  var values: OperationValues
  /// max(0, ·) of the result.
  var fusesRelu = false
  private let combination: Combination
  private let broadcast: Broadcast
  /// Elements of each input in one image.
  private let inputElements: [Int]

  init(_ values: OperationValues, _ combination: Combination, _ broadcast: Broadcast) {
    self.values = values
    self.combination = combination
    self.broadcast = broadcast
    inputElements = (0..<broadcast.inputCount).map(broadcast.elements)
  }

  var algorithm: String { "\(combination.rawValue) of \(broadcast.inputCount)" }
  var imagesAtOnce: Int { 0 }
  var work: Int { broadcast.inputCount * values.outputElements * ParallelThreshold.element }
  var worksInPlace: Bool { broadcast.isWhole[0] }
  /// The gradients of sums depend on the output's gradient alone.
  var backwardReadsInput: Bool {
    switch combination {
    case .sum, .difference, .mean: false
    case .product, .quotient, .maximum, .minimum: true
    }
  }
  var backwardReadsOutput: Bool { fusesRelu }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let output = call.output + i * values.outputElements
      func input(_ k: Int) -> UnsafePointer<Float> { UnsafePointer(call.inputs[k] + i * inputElements[k]) }
      for k in 1..<broadcast.inputCount { combine(call.kernels, k == 1 ? input(0) : nil, input(k), k, into: output) }
      if combination == .mean {
        call.kernels.scale_offset(output, 1 / Float(broadcast.inputCount), 0, output, values.outputElements)
      }
      if fusesRelu { call.kernels.activate(Int32(KERNEL_RELU), 0, output, output, values.outputElements) }
    }
  }

  /// output = (first, or else output) ∘ input k
  private func combine(
    _ kernels: KernelTable, _ first: UnsafePointer<Float>?, _ other: UnsafePointer<Float>, _ k: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (firstStep, step) = (first == nil ? 1 : broadcast.step(of: 0), broadcast.step(of: k))
    broadcast.eachRun { place, count, inputs in
      let y = output + place
      let a = first.map { $0 + inputs[0] } ?? UnsafePointer(y)
      combine(kernels, a, firstStep, other + inputs[k], step, y, count)
    }
  }

  private func combine(
    _ kernels: KernelTable, _ a: UnsafePointer<Float>, _ aStep: Int, _ b: UnsafePointer<Float>, _ bStep: Int,
    _ y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch combination {
    case .sum, .mean:
      guard aStep == 1, bStep == 1 else { return eachPair(a, aStep, b, bStep, y, count) { $0 + $1 } }
      if y != a { y.update(from: a, count: count) }
      kernels.add_scaled(b, 1, y, count)
    case .difference: eachPair(a, aStep, b, bStep, y, count) { $0 - $1 }
    case .product: eachPair(a, aStep, b, bStep, y, count) { $0 * $1 }
    case .quotient: eachPair(a, aStep, b, bStep, y, count) { $0 / $1 }
    case .maximum: eachPair(a, aStep, b, bStep, y, count) { $0 >= $1 ? $0 : $1 }
    case .minimum: eachPair(a, aStep, b, bStep, y, count) { $0 <= $1 ? $0 : $1 }
    }
  }

  /// If the steps are known, the compiler vectorizes these loops.
  @inline(__always)
  private func eachPair(
    _ a: UnsafePointer<Float>, _ aStep: Int, _ b: UnsafePointer<Float>, _ bStep: Int, _ y: UnsafeMutablePointer<Float>,
    _ count: Int, _ function: (Float, Float) -> Float
  ) {
    switch (aStep, bStep) {
    case (0, 0):
      let value = function(a[0], b[0])
      for j in 0..<count { y[j] = value }
    case (0, _):
      let first = a[0]
      for j in 0..<count { y[j] = function(first, b[j]) }
    case (_, 0):
      let second = b[0]
      for j in 0..<count { y[j] = function(a[j], second) }
    default:
      for j in 0..<count { y[j] = function(a[j], b[j]) }
    }
  }
}

// MARK: - Backward

extension CombinationOperation {
  /// The gradient of the last input comes first, because the gradient of the first input may share memory with the output's.
  func backward(_ call: OperationCall) {
    guard call.outputGradient != nil else { return }
    for i in 0..<call.count {
      let dy = UnsafePointer(
        gradientBeforeActivation(call, i, relu: fusesRelu, channels: values.outputElements, bias: nil))
      let inputs = backwardReadsInput ? zip(call.inputs, inputElements).map { UnsafePointer($0 + i * $1) } : []
      for k in (0..<broadcast.inputCount).reversed() {
        guard let gradient = call.inputGradients[k] else { continue }
        differentiate(call.kernels, k, inputs, dy, into: gradient + i * inputElements[k])
      }
    }
  }

  /// The gradient of input k.
  private func differentiate(
    _ kernels: KernelTable, _ k: Int, _ inputs: [UnsafePointer<Float>], _ dy: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>
  ) {
    let count = values.outputElements
    switch combination {
    case .sum: pass(kernels, dy, scale: 1, k, into: dx)
    case .difference: pass(kernels, dy, scale: k == 0 ? 1 : -1, k, into: dx)
    case .mean: pass(kernels, dy, scale: 1 / Float(broadcast.inputCount), k, into: dx)
    case .product, .quotient, .maximum, .minimum:
      if !broadcast.isWhole[k] { dx.update(repeating: 0, count: broadcast.elements(of: k)) }
      let (step, isWhole) = (broadcast.step(of: k), broadcast.isWhole[k])
      let steps = (0..<broadcast.inputCount).map(broadcast.step)
      if isWhole, inputs.count == 2, broadcast.isWhole.allSatisfy(\.self) {
        return differentiatePair(inputs[k], inputs[1 - k], k, dy, into: dx, count)
      }
      broadcast.eachRun { place, count, places in
        let target = dx + places[k]
        func term(_ j: Int) -> Float { dy[place + j] * factor(k, inputs, places, steps, j) }
        if isWhole {
          for j in 0..<count { target[j] = term(j) }
        } else if step == 0 {
          target[0] += laneSum(count, term)
        } else {
          for j in 0..<count { target[j] += term(j) }
        }
      }
    }
  }

  /// The gradient for two inputs of the same shape.
  private func differentiatePair(
    _ x: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ k: Int, _ dy: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    switch (combination, k) {
    case (.maximum, 0): for j in 0..<count { dx[j] = x[j] >= other[j] ? dy[j] : 0 }
    case (.maximum, _): for j in 0..<count { dx[j] = x[j] > other[j] ? dy[j] : 0 }
    case (.minimum, 0): for j in 0..<count { dx[j] = x[j] <= other[j] ? dy[j] : 0 }
    case (.minimum, _): for j in 0..<count { dx[j] = x[j] < other[j] ? dy[j] : 0 }
    case (.quotient, 0): for j in 0..<count { dx[j] = dy[j] / other[j] }
    case (.quotient, _): for j in 0..<count { dx[j] = dy[j] * (-other[j] / (x[j] * x[j])) }
    default: for j in 0..<count { dx[j] = dy[j] * other[j] }
    }
  }

  /// The factor for the output's gradient, at one element of a run.
  private func factor(
    _ k: Int, _ inputs: [UnsafePointer<Float>], _ places: UnsafeMutablePointer<Int>, _ steps: [Int], _ j: Int
  ) -> Float {
    var product: Float = 1
    let own = inputs[k][places[k] + j * steps[k]]
    for other in inputs.indices where other != k {
      let value = inputs[other][places[other] + j * steps[other]]
      switch combination {
      case .product: product *= value
      case .quotient: product *= k == 0 ? 1 / value : -value / (own * own)
      case .maximum: if other < k ? own <= value : own < value { return 0 }
      case .minimum: if other < k ? own >= value : own > value { return 0 }
      case .sum, .difference, .mean: break
      }
    }
    return product
  }

  /// Scales the output's gradient, and sums it if the input is repeated (broadcast).
  private func pass(
    _ kernels: KernelTable, _ dy: UnsafePointer<Float>, scale: Float, _ k: Int, into dx: UnsafeMutablePointer<Float>
  ) {
    if broadcast.isWhole[k] {
      if scale != 1 {
        kernels.scale_offset(dy, scale, -0.0, dx, values.outputElements)
      } else if dx != dy {
        dx.update(from: dy, count: values.outputElements)
      }
      return
    }
    let step = broadcast.step(of: k)
    dx.update(repeating: 0, count: broadcast.elements(of: k))
    broadcast.eachRun { place, count, places in
      let target = dx + places[k]
      if step == 0 {
        target[0] += scale * laneSum(count) { dy[place + $0] }
      } else {
        kernels.add_scaled(dy + place, scale, target, count)
      }
    }
  }
}
