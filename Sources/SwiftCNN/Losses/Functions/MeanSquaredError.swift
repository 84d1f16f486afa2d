import CKernels

extension Loss {
  /// Mean of (prediction - label)².
  public static let meanSquaredError = Loss(MeanSquaredError())
}

struct MeanSquaredError: LossFunction {
  static let className = "MeanSquaredError"
  static let summary = "Mean of (prediction - label)²."

  func evaluate(_ batch: LossBatch) {
    batch.kernels.mean_squared_error(
      batch.outputs, batch.targets.values, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
  }
}
