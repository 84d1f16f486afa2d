import CKernels

extension Loss {
  /// Targets: one distribution a sample, such as a one-hot label.
  public static func categoricalCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> Loss {
    Loss(CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
  }
}

struct CategoricalCrossentropy: CrossentropyFunction {
  var fromLogits: Bool
  var labelSmoothing: Double

  static let className = "CategoricalCrossentropy"
  static let summary = "Cross-entropy of one-hot labels, or probabilities, of the shape of the output: -Σ label · ln(prediction)."
  static var settings: [Setting<Self>] {
    [.fromLogits(\.fromLogits), .labelSmoothing(\.labelSmoothing), .axis]
  }
  static let isOfRows = true
  static let metricNames: (className: String, name: String)? = (className, "categorical_crossentropy")

  func evaluate(_ batch: LossBatch) {
    let (kernels, targets) = (batch.kernels, batch.targets.values)
    if batch.areLogits {
      kernels.crossentropy_logits(
        batch.outputs, targets, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
    } else {
      kernels.crossentropy(
        batch.outputs, targets, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
    }
  }
}
