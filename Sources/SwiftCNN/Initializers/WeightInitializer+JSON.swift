// A name, or an object with the name, the settings and an optional seed: {"name": "random_normal", "stddev": 0.01, "seed": 3}.
extension WeightInitializer {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    var config = field
    if case .string = field.value { config = JSON.Field(["name": field.value], path: field.path) }
    let name = try config.string("name")
    guard let standard = Initializer.registry.first(where: { $0.values.snakeName == name }) else {
      let known = Initializer.registry.map(\.values.snakeName).joined(separator: ", ")
      throw field.complaint("is \(field.value.text); known initializers are \(known)")
    }
    let values = try standard.values.reading(config, besides: ["name", "seed"])
    try values.checkSettings()
    self.init(Initializer(values), seed: try config.optional("seed")?.unsigned())
  }

  var json: JSON {
    let settings = initializer.values.config
    if settings.count == 0, seed == nil { return .string(initializer.values.snakeName) }
    var config: JSON.Object = ["name": .string(initializer.values.snakeName)]
    for (key, value) in zip(settings.keys, settings.values) { config[key] = value }
    if let seed { config["seed"] = JSON(seed) }
    return .object(config)
  }
}
