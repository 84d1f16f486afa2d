/// How the layers behave that work differently in training. Raw values are those of `scnn_model_call`.
public enum LayerBehavior: Int32, Sendable, CaseIterable {
  /// As for `predict`.
  case inference
  /// The random image layers change the images; all others work as for inference.
  case augmentation
  /// As for training: dropout and noise are applied too, and batch normalization uses the batch's statistics and updates its own.
  case training
}
