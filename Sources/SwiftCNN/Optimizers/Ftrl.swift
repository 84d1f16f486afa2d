/// Settings of "follow the regularized leader", with Keras's names and defaults.
///
/// McMahan et al. 2013, algorithm 1, as Keras has it: with n the sum of squared gradients and p = -learningRatePower,
/// z += g + 2 · l2Shrinkage · w - ((n + g²)^p - n^p) / rate · w; then n += g², and
/// w = (z cut to -l1...l1, minus z) / (n^p / rate + 2 · l2 + beta / rate). As z begins with 0, the first steps forget what the
/// weights were: the greater `initialAccumulator`, the less is left of them.
public struct Ftrl: Sendable, Equatable {
  /// At most 0, where the rate of a weight does not fall with its gradients. Any but -0.5 takes much longer: a power of each
  /// weight, by exp and log.
  public var learningRatePower: Double
  /// What n begins with.
  public var initialAccumulator: Double
  /// Weights whose |z| stays below it are 0.
  public var l1: Double
  public var l2: Double
  /// Added to the gradient, times twice the weight.
  public var l2Shrinkage: Double
  public var beta: Double

  public init(
    learningRatePower: Double = -0.5, initialAccumulator: Double = 0.1, l1: Double = 0, l2: Double = 0,
    l2Shrinkage: Double = 0, beta: Double = 0
  ) {
    self.learningRatePower = learningRatePower
    self.initialAccumulator = initialAccumulator
    self.l1 = l1
    self.l2 = l2
    self.l2Shrinkage = l2Shrinkage
    self.beta = beta
  }
}

extension Ftrl {
  /// n for every weight, and z.
  static let slots = ["accumulator", "linear"]

  /// x^-learningRatePower, of numbers of at least 0.
  @inline(__always)
  func power(_ x: SIMD16<Float>) -> SIMD16<Float> {
    if learningRatePower == -0.5 { return x.squareRoot() }
    var result = SIMD16<Float>()
    for i in 0..<16 { result[i] = Float(PortableMath.pow(Double(x[i]), -learningRatePower)) }
    return result
  }
}
