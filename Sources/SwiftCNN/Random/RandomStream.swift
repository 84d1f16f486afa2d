/// The values that a layer's random numbers depend on: the seed of the model in which the layer was made, its index among that
/// model's layers, and the index of its first weight. A layer keeps its stream in other models that contain it, so that they all
/// use the same random numbers.
struct RandomStream: Sendable, Equatable {
  let seed: UInt64
  let layer: Int
  let firstWeight: Int

  /// Far more layers than any model has, and below the numbers of the other purposes.
  private static let places = 0..<1 << 30

  init(seed: UInt64, layer: Int, firstWeight: Int) {
    (self.seed, self.layer, self.firstWeight) = (seed, layer, firstWeight)
  }

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["seed", "layer", "first_weight"])
    let (layer, weight) = (try field.integer("layer"), try field.integer("first_weight"))
    guard Self.places.contains(layer), Self.places.contains(weight) else {
      throw field.complaint("has a place outside 0 to \(Self.places.upperBound - 1)")
    }
    self.init(seed: try field.unsigned("seed", default: 0), layer: layer, firstWeight: weight)
  }

  var json: JSON { ["seed": JSON(seed), "layer": .integer(layer), "first_weight": .integer(firstWeight)] }
}
