/// What a layer's random numbers are functions of: the seed of the model that it was made in, its place among that model's layers, and
/// that of its first weight among the weights. It stays the layer's in parts of that model and in models around it, which agree so.
struct RandomStream: Sendable, Equatable {
  let seed: UInt64
  let layer: Int
  let firstWeight: Int

  /// Far more than any model has, and less than what other random numbers are for.
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
