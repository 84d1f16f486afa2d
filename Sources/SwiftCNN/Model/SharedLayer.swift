/// A layer whose weights a new model shares with one that there is.
public struct SharedLayer: Sendable {
  /// The layer's number in the new model.
  let layer: Int
  let model: Model
  /// Its number in `model`.
  let source: Int

  public init(_ layer: Int, of model: Model, _ source: Int) {
    (self.layer, self.model, self.source) = (layer, model, source)
  }
}
