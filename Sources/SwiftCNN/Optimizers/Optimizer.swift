import CKernels

/// The rule by which a step changes the weights, with Keras's names and defaults.
///
/// A step has four parts. It clips the gradients (`clipping`). It subtracts rate · weightDecay · w from every weight w; this
/// decay is decoupled from the gradients (Loshchilov and Hutter 2019). It applies its rule. It updates the running mean of the
/// weights (`average`). There is a static function for each rule, such as `.sgd(momentum: 0.9)`, in the rule's file.
public struct Optimizer: Sendable {
  let rule: any UpdateRule
  /// Step size: a number of at least 0, or a schedule.
  public var learningRate: LearningRate
  /// The share of every weight that a step subtracts, times the learning rate; nil for none.
  public var weightDecay: Double?
  /// How gradients that are too large are clipped; nil for no clipping.
  public var clipping: GradientClipping?
  /// The running mean that replaces the weights at the end of `fit`; nil for none.
  public var average: WeightAverage?

  init(
    _ rule: any UpdateRule, learningRate: LearningRate, weightDecay: Double?, clipping: GradientClipping?,
    average: WeightAverage?
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.clipping = clipping
    self.average = average
  }

  /// All optimizers with their defaults, in the order of the documentation.
  static let registry: [Optimizer] = [
    .sgd(), .rmsprop(), .adam(), .adamW(), .adagrad(), .adadelta(), .adamax(), .nadam(), .lion(), .ftrl(),
  ]
}

extension Optimizer: Equatable {
  /// Whether both have the same class and the same settings.
  public static func == (first: Optimizer, second: Optimizer) -> Bool { first.json == second.json }
}

extension Optimizer {
  /// Names of the buffers that it keeps. Each is as long as the weights. Those of the rule come first.
  var slots: [String] { rule.slots + (average == nil ? [] : [WeightAverage.slot]) }

  /// What a slot holds before the first step.
  func initialValue(of slot: String) -> Float { rule.initialValue(of: slot) }

  /// Step `step` (from 1) over elements `range` of the flat buffers, with the gradients as they are.
  func update(
    _ kernels: KernelTable, weights: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    slots: [UnsafeMutablePointer<Float>], range: Range<Int>, rate: Double, step: Int
  ) {
    let weights = weights + range.lowerBound
    let slots = slots.map { $0 + range.lowerBound }
    rule.update(
      UpdateStep(
        kernels: kernels, weights: weights, gradients: gradients + range.lowerBound, slots: slots, count: range.count,
        rate: rate, decay: Float(rate * (weightDecay ?? 0)), number: step))
    average?.update(kernels, average: slots[slots.count - 1], weights: weights, count: range.count, step: step)
  }
}
