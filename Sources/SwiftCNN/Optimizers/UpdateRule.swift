import CKernels

/// The computation of an optimizer: how a step changes the weights, given their gradients. Each rule is a file in `Rules`, and a
/// line in `Optimizer.registry`.
protocol UpdateRule: Described {
  /// Names of the buffers that it keeps between steps. Each is as long as the weights.
  var slots: [String] { get }
  /// The initial values of a slot.
  func initialValue(of slot: String) -> Float
  /// Changes the weights of `step`, after the weight decay.
  func update(_ step: UpdateStep)
  /// Whether the rule without weight decay is another one; the setting then comes right behind the learning rate.
  static var needsWeightDecay: Bool { get }
}

extension UpdateRule {
  func initialValue(of slot: String) -> Float { 0 }
  static var needsWeightDecay: Bool { false }
}

/// One step over a range of the flat buffers.
///
/// Ranges are whole vectors of 16. The gaps between weights have gradients of 0, so they stay 0. Rules without a kernel are loops
/// in the engine. They are compiled once for every processor, so their bits are the same on each.
struct UpdateStep {
  typealias Vector = SIMD16<Float>

  let kernels: KernelTable
  let weights: UnsafeMutablePointer<Float>
  let gradients: UnsafePointer<Float>
  let slots: [UnsafeMutablePointer<Float>]
  let count: Int
  let rate: Double
  /// The share of every weight that is subtracted first.
  let decay: Float
  /// The number of the step, from 1.
  let number: Int

  /// Replaces every vector of weights by the result of `body`, which receives the decayed weights and their gradients.
  @inline(__always)
  func forEachVector(_ body: (_ index: Int, _ weight: Vector, _ gradient: Vector) -> Vector) {
    for i in stride(from: 0, to: count, by: 16) {
      let weight = load(weights, i)
      store(body(i, weight - decay * weight, load(gradients, i)), weights, i)
    }
  }

  @inline(__always)
  func load(_ source: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(source + index).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  func store(_ vector: Vector, _ target: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(target + index).storeBytes(of: vector, as: Vector.self)
  }
}
