extension Graph {
  private static let format = 1

  private static let layerTypes: [any CompilableLayer.Type] = [
    Activation.self, AdaptiveAveragePooling2D.self, AdaptiveMaxPooling2D.self, AlphaDropout.self, AveragePooling2D.self,
    BatchNormalization.self, CenterCrop.self, Conv2D.self, Conv2DTranspose.self, Cropping2D.self, Dense.self,
    DepthwiseConv2D.self, Dropout.self, ELU.self, Flatten.self, GaussianDropout.self, GaussianNoise.self,
    GlobalAveragePooling2D.self, GlobalMaxPooling2D.self, GroupNormalization.self, Identity.self, LayerNormalization.self,
    LeakyReLU.self, MaxPooling2D.self, Normalization.self, Permute.self, PReLU.self, RandomBrightness.self, RandomContrast.self,
    RandomCrop.self, RandomFlip.self, RandomRotation.self, RandomTranslation.self, RandomZoom.self, ReLU.self,
    RepeatVector.self, Rescaling.self, Reshape.self, Resizing.self, SeparableConv2D.self, Softmax.self, SpatialDropout2D.self,
    UnitNormalization.self, UpSampling2D.self, ZeroPadding2D.self,
  ]

  /// Reads an architecture as docs/model-format.md describes it.
  init(architecture: JSON) throws(SwiftCNNError) {
    let root = JSON.Field(architecture)
    try root.allowOnly(["format", "class", "name", "seed", "input", "models", "layers"])
    guard try root.integer("format", default: Self.format) == Self.format else {
      throw root.complaint("has a format that this version does not know; known is \(Self.format)")
    }
    guard try root.string("class", default: "Sequential") == "Sequential" else {
      throw root.complaint("has the unknown class \(root["class"]?.value.text ?? ""); known is \"Sequential\"")
    }
    let input = try root.object("input")
    try input.allowOnly(["name", "shape"])
    var layers: [any CompilableLayer] = []
    var frozen: Set<Int> = []
    for (index, field) in try root.array("layers").enumerated() {
      layers.append(try Self.layer(field))
      if try !field.bool("trainable", default: true) { frozen.insert(index) }
    }
    try self.init(
      name: try root.string("name", default: "sequential"), inputName: try input.string("name", default: "input_layer"),
      inputShape: try input.integers("shape"), layers: layers, frozen: frozen, models: try root.optional("models")?.object())
  }

  static func layer(_ field: JSON.Field) throws(SwiftCNNError) -> any CompilableLayer {
    try field.allowOnly(["class", "name", "trainable", "config"])
    let name = try field.string("class")
    guard let type = layerTypes.first(where: { $0.className == name }) else {
      throw field.complaint(
        "is of the unknown class '\(name)'; known layers are \(layerTypes.map { $0.className }.joined(separator: ", "))")
    }
    var config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    let rules = try WeightRules(from: &config, weights: type.ruledWeights)
    var layer = try type.init(config: config)
    layer.weightRules = rules
    layer.name = try field.optional("name")?.string()
    return layer
  }

  /// - Parameter frozen: the layers that do not learn now.
  func architecture(seed: UInt64, frozen: Set<Int>) -> JSON {
    var architecture: JSON.Object = [
      "format": .integer(Self.format), "class": "Sequential", "name": .string(name), "seed": JSON(seed),
      "input": ["name": .string(inputName), "shape": JSON(inputShape)],
    ]
    if let models { architecture["models"] = .object(models) }
    architecture["layers"] = .array(
      nodes.enumerated().map { index, node in
        [
          "class": .string(type(of: node.layer).className), "name": .string(node.name),
          "trainable": .bool(!frozen.contains(index)),
          "config": node.layer.weightRules.added(to: node.layer.config, weights: type(of: node.layer).ruledWeights),
        ]
      })
    return .object(architecture)
  }
}
