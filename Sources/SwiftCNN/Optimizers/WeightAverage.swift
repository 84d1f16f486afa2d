import CKernels

/// A running mean of the weights: average = momentum · average + (1 - momentum) · weight after every step (Polyak and Juditsky
/// 1992). At the end of `fit` it replaces the weights.
public struct WeightAverage: Sendable, Equatable {
  /// The share of the running mean that a step keeps.
  public var momentum: Double
  /// The number of steps after which the running mean also replaces the weights; nil for never.
  public var overwriteFrequency: Int?

  /// Keras's defaults.
  public init(momentum: Double = 0.99, overwriteFrequency: Int? = nil) {
    self.momentum = momentum
    self.overwriteFrequency = overwriteFrequency
  }
}

extension WeightAverage {
  static let slot = "average"

  /// Updates the mean after step `step` (from 1), over `count` elements. In the first step the mean becomes the weights.
  func update(
    _ kernels: KernelTable, average: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>, count: Int, step: Int
  ) {
    let kept = step == 1 ? 0 : momentum
    kernels.scale_offset(average, Float(kept), 0, average, count)
    kernels.add_scaled(weights, Float(1 - kept), average, count)
    if let overwriteFrequency, step % overwriteFrequency == 0 { weights.update(from: average, count: count) }
  }
}
