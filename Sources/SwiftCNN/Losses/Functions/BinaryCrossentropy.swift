import CKernels

extension Loss {
  /// Targets: from 0 to 1, the shape of the output.
  public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> Loss {
    Loss(BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }
}

struct BinaryCrossentropy: CrossentropyFunction {
  var fromLogits: Bool
  var labelSmoothing: Double

  static let className = "BinaryCrossentropy"
  static let summary =
    "Cross-entropy of independent yes/no answers, labels 0 or 1: mean of -label · ln(prediction) - (1 - label) · "
    + "ln(1 - prediction)."
  static var settings: [Setting<Self>] {
    [.fromLogits(\.fromLogits), .labelSmoothing(\.labelSmoothing), .axis]
  }
  static let isTwoSided = true
  static let metricNames: (className: String, name: String)? = (className, "binary_crossentropy")

  func evaluate(_ batch: LossBatch) {
    let (kernels, targets) = (batch.kernels, batch.targets.values)
    if batch.areLogits {
      kernels.binary_crossentropy_logits(
        batch.outputs, targets, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
    } else {
      kernels.binary_crossentropy(
        batch.outputs, targets, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
    }
  }
}
