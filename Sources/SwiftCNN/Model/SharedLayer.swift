/// A layer whose weights a new model shares with one that there is.
public struct SharedLayer: Sendable {
  /// The layer's number in the new model.
  let layer: Int
  let model: Model
  /// Its number in `model`.
  let source: Int

  /// Gives a layer of a new model the weights of a layer of `model`.
  ///
  /// - Parameters:
  ///   - layer: its number in the new model, from 0.
  ///   - source: the number, in `model`, of the layer that has the weights.
  public init(_ layer: Int, of model: Model, _ source: Int) {
    (self.layer, self.model, self.source) = (layer, model, source)
  }
}
