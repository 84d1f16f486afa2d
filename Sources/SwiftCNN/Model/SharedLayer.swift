/// A layer of a new model that shares its weights with a layer of an existing model.
public struct SharedLayer: Sendable {
  /// The layer's number in the new model.
  let layer: Int
  let model: Model
  /// Its number in `model`.
  let source: Int

  /// Shares the weights of a layer of `model` with a layer of a new model.
  ///
  /// - Parameters:
  ///   - layer: the layer's number in the new model, from 0.
  ///   - source: the number, in `model`, of the layer that has the weights.
  public init(_ layer: Int, of model: Model, _ source: Int) {
    (self.layer, self.model, self.source) = (layer, model, source)
  }
}
