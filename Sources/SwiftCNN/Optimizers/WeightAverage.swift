import CKernels

/// A running mean of the weights, beside them: average = momentum · average + (1 - momentum) · weight after every step
/// (Polyak and Juditsky 1992). At the end of a `fit` it takes the weights' place.
public struct WeightAverage: Sendable, Equatable {
  /// Share of the running mean that is kept.
  public var momentum: Double
  /// The weights become their running mean every so many steps too; nil for never.
  public var overwriteFrequency: Int?

  /// Keras's defaults.
  public init(momentum: Double = 0.99, overwriteFrequency: Int? = nil) {
    self.momentum = momentum
    self.overwriteFrequency = overwriteFrequency
  }
}

extension WeightAverage {
  static let slot = "average"

  /// After step `step` (from 1), over `count` elements. The first step starts the mean with the weights.
  func update(
    _ kernels: KernelTable, average: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>, count: Int, step: Int
  ) {
    let kept = step == 1 ? 0 : momentum
    kernels.scale_offset(average, Float(kept), 0, average, count)
    kernels.add_scaled(weights, Float(1 - kept), average, count)
    if let overwriteFrequency, step % overwriteFrequency == 0 { weights.update(from: average, count: count) }
  }
}
