extension Optimizer {
  /// Follow the regularized leader: computes the weights from the regularized sum of all gradients so far (McMahan et al. 2013).
  /// 2013).
  ///
  /// `learningRate`, `weightDecay`, `clipping` and `average` are the optimizer's properties of these names.
  /// - Parameters:
  ///   - learningRatePower: the power of the sum of squared gradients by which a weight's rate falls. It is at most 0; at 0 the
  ///     rate does not fall. Any value but -0.5 takes much longer to compute.
  ///   - initialAccumulator: the initial value of that sum, at least 0.
  ///   - l1: the greater this is, the more weights are 0; at least 0.
  ///   - l2: the greater this is, the smaller the weights are; at least 0.
  ///   - l2Shrinkage: twice this share of every weight is added to its gradient; at least 0.
  ///   - beta: added to that power of the sum; at least 0.
  public static func ftrl(
    learningRate: LearningRate = 0.001, learningRatePower: Double = -0.5, initialAccumulator: Double = 0.1, l1: Double = 0,
    l2: Double = 0, l2Shrinkage: Double = 0, beta: Double = 0,
    weightDecay: Double? = nil, clipping: GradientClipping? = nil, average: WeightAverage? = nil
  ) -> Optimizer {
    Optimizer(
      Ftrl(
        learningRatePower: learningRatePower, initialAccumulator: initialAccumulator, l1: l1, l2: l2, l2Shrinkage: l2Shrinkage,
        beta: beta), learningRate: learningRate, weightDecay: weightDecay, clipping: clipping,
      average: average)
  }
}

/// "Follow the regularized leader", McMahan et al. 2013, algorithm 1, as Keras has it.
///
/// With n the sum of squared gradients and p = -learningRatePower, z += g + 2 · l2Shrinkage · w - ((n + g²)^p - n^p) / rate · w;
/// then n += g², and w = (z cut to -l1...l1, minus z) / (n^p / rate + 2 · l2 + beta / rate). Because z begins at 0, the first
/// steps lose the initial weights: the greater `initialAccumulator` is, the less of them remains.
struct Ftrl: UpdateRule {
  /// At most 0; at 0 the rate of a weight does not fall with its gradients. Any value but -0.5 takes much longer, because it
  /// needs a power of each weight, by exp and log.
  var learningRatePower: Double
  /// The initial value of n.
  var initialAccumulator: Double
  /// Weights whose |z| stays below it are 0.
  var l1: Double
  var l2: Double
  /// Added to the gradient, times twice the weight.
  var l2Shrinkage: Double
  var beta: Double

  static let className = "Ftrl"
  static let summary =
    "Follow the regularized leader: the weights that the sum of all gradients so far asks for (McMahan et al., 2013). "
    + "It was made for wide, sparse inputs. Its first steps forget the initial weights."
  static var settings: [Setting<Ftrl>] {
    [
      Setting(
        "learning_rate_power", \.learningRatePower, Requirement("a finite number of at most 0") { $0.isFinite && $0 <= 0 },
        doc: "exponent p, at most 0: the rate of a weight is multiplied by (sum of its squared gradients)^p; 0 keeps the rate "
          + "constant. Any but -0.5 takes much longer to compute."),
      Setting("initial_accumulator_value", \.initialAccumulator, .notNegative, doc: "what that sum starts with."),
      Setting("l1_regularization_strength", \.l1, .notNegative, doc: "the greater, the more weights are 0."),
      Setting("l2_regularization_strength", \.l2, .notNegative, doc: "the greater, the smaller the weights."),
      Setting(
        "l2_shrinkage_regularization_strength", \.l2Shrinkage, .notNegative,
        doc: "this share of every weight, twice, is added to its gradient."),
      Setting("beta", \.beta, .notNegative, doc: "added to that power of the sum, as in the paper."),
    ]
  }

  /// n for every weight, and z.
  var slots: [String] { ["accumulator", "linear"] }

  func initialValue(of slot: String) -> Float { slot == "accumulator" ? Float(initialAccumulator) : 0 }

  /// A step with the rate 0 changes nothing, because the rule divides by the rate. If the divisor is 0, because there has been no
  /// gradient, the weight does not change.
  func update(_ step: UpdateStep) {
    guard step.rate > 0 else { return }
    let (shrinkage, limit) = (Float(2 * l2Shrinkage), UpdateStep.Vector(repeating: Float(l1)))
    let penalty = Float(2 * l2 + beta / step.rate)
    step.forEachVector { i, weight, gradient in
      let old = step.load(step.slots[0], i)
      let sum = old + gradient * gradient
      let (scale, oldScale) = (power(sum) / Float(step.rate), power(old) / Float(step.rate))
      let linear = step.load(step.slots[1], i) + (gradient + shrinkage * weight - (scale - oldScale) * weight)
      step.store(sum, step.slots[0], i)
      step.store(linear, step.slots[1], i)
      let divisor = scale + penalty
      let next = (linear.clamped(lowerBound: -limit, upperBound: limit) - linear) / divisor
      return next.replacing(with: weight, where: divisor .== UpdateStep.Vector(repeating: 0))
    }
  }

  /// x^-learningRatePower, of numbers of at least 0.
  @inline(__always)
  private func power(_ x: SIMD16<Float>) -> SIMD16<Float> {
    if learningRatePower == -0.5 { return x.squareRoot() }
    var result = SIMD16<Float>()
    for i in 0..<16 { result[i] = Float(PortableMath.pow(Double(x[i]), -learningRatePower)) }
    return result
  }
}
