/// All layers by family: one of each class with its defaults. Settings without a default have arbitrary values here.
///
/// A description is read into the layer of its class. Python has a module of classes for each family.
enum LayerRegistry {
  static let families: [(name: String, layers: [any CompilableLayer])] = [
    ("core", [Dense(1), Activation(.linear), Identity()]),
    (
      "convolution",
      [
        Conv2D(1, kernelSize: 1), Conv2DTranspose(1, kernelSize: 1), DepthwiseConv2D(kernelSize: 1),
        SeparableConv2D(1, kernelSize: 1),
      ]
    ),
    (
      "pooling",
      [
        MaxPooling2D(), AveragePooling2D(), GlobalMaxPooling2D(), GlobalAveragePooling2D(), AdaptiveMaxPooling2D(outputSize: 1),
        AdaptiveAveragePooling2D(outputSize: 1),
      ]
    ),
    (
      "normalization",
      [BatchNormalization(), LayerNormalization(), GroupNormalization(), UnitNormalization(), Normalization()]
    ),
    ("activation", [ReLU(), LeakyReLU(), PReLU(), ELU(), Softmax()]),
    (
      "regularization",
      [
        Dropout(0), SpatialDropout2D(0), AlphaDropout(0), GaussianDropout(0), GaussianNoise(0), ActivityRegularization(),
      ]
    ),
    (
      "reshaping",
      [
        Flatten(), Reshape([1]), Permute([1]), RepeatVector(1), ZeroPadding2D(), Cropping2D(), UpSampling2D(),
      ]
    ),
    (
      "merging",
      [Add(), Subtract(), Multiply(), Average(), Maximum(), Minimum(), Concatenate(), Dot(axes: -1)]
    ),
    ("image", [Rescaling(1), Resizing(height: 1, width: 1), CenterCrop(height: 1, width: 1)]),
    (
      "augmentation",
      [
        RandomFlip(), RandomRotation(0), RandomTranslation(height: 0...0, width: 0...0), RandomZoom(height: 0...0),
        RandomContrast(lower: 0, upper: 0), RandomBrightness(0...0), RandomCrop(height: 1, width: 1),
      ]
    ),
    ("operator", [Divide(), Slice(begins: [], counts: [], steps: [], shape: [])]),
  ]

  static let layers = families.flatMap(\.layers)

  /// The layers of each family for tools that generate text, as `"core_layers": [...]`.
  static var schema: JSON.Object {
    var schema: JSON.Object = [:]
    for family in families { schema["\(family.name)_layers"] = .array(family.layers.map(\.schemaWithWeights)) }
    return schema
  }
}

extension CompilableLayer {
  /// The class with the names of its weights, and with the names that rules may use.
  fileprivate var schemaWithWeights: JSON {
    guard case .object(var schema) = schema else { return .null }
    // Names do not depend on the input, and every layer with weights accepts images.
    schema["weights"] = .array(weights(for: [1, 1, 1]).map { .string($0.name) })
    schema["ruled_weights"] = .array(Self.ruledWeights.map(JSON.string))
    return .object(schema)
  }
}
