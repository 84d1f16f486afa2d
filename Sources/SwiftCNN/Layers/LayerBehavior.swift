/// What the layers do that work otherwise in training. Raw values are those of `scnn_model_call`.
public enum LayerBehavior: Int32, Sendable, CaseIterable {
  /// As for `predict`.
  case inference
  /// The random image layers change the images; all others work as for inference.
  case augmentation
  /// Dropout and noise too, and batch normalization takes the statistics of the batch and moves its own towards them.
  case training
}
