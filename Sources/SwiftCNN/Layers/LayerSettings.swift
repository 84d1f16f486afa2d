// Settings that several layers have in common.

// MARK: - Convolutions and dense layers

/// Layers with a kernel, a bias and an activation.
protocol WeightedLayer: CompilableLayer, ActivatedLayer {
  var activation: ActivationFunction { get set }
  var useBias: Bool { get set }
  var kernelInitializer: WeightInitializer { get set }
  var biasInitializer: WeightInitializer { get set }
}

extension Setting where Owner: WeightedLayer {
  static var weightOptions: [Setting] {
    [
      .activation(\.activation), .useBias(\.useBias), .initializer("kernel", \.kernelInitializer),
      .initializer("bias", \.biasInitializer),
    ]
  }
}

extension Setting where Owner: CompilableLayer {
  static func activation(_ path: WritableKeyPath<Owner, ActivationFunction>) -> Setting {
    Setting(
      "activation", path,
      doc: "a name, a function of `swiftcnn.activations`, or a layer such as `LeakyReLU`; None for linear.")
  }

  static func useBias(_ path: WritableKeyPath<Owner, Bool>) -> Setting {
    Setting("use_bias", path, doc: "whether a bias is added.")
  }

  /// - Parameter weight: the weight's name in Keras's arguments.
  static func initializer(_ weight: String, _ path: WritableKeyPath<Owner, WeightInitializer>) -> Setting {
    Setting(
      "\(weight)_initializer", path, doc: "initial values of `\(weight)`: a name, or an object of `swiftcnn.initializers`.")
  }

  static func filters(_ path: WritableKeyPath<Owner, Int>) -> Setting {
    Setting("filters", path, .positive, isRequired: true, doc: "number of output channels.")
  }

  static func depthMultiplier(_ path: WritableKeyPath<Owner, Int>) -> Setting {
    Setting(
      "depth_multiplier", path, .positive, doc: "number of outputs of the depthwise convolution for each input channel.")
  }

  static func kernelSize(_ path: WritableKeyPath<Owner, Extent>) -> Setting {
    Setting(
      "kernel_size", path, .positive, isRequired: true, doc: "size of the kernel: one integer, or (height, width).")
  }

  static func strides(_ path: WritableKeyPath<Owner, Extent>) -> Setting {
    Setting("strides", path, .positive, doc: "distance between neighbouring windows: one integer, or (height, width).")
  }

  static func dilationRate(_ path: WritableKeyPath<Owner, Extent>) -> Setting {
    Setting(
      "dilation_rate", path, .positive, doc: "distance between neighbouring taps of the kernel: one integer, or (height, width).")
  }

  static func padding(_ path: WritableKeyPath<Owner, Padding>) -> Setting {
    Setting(
      "padding", path,
      doc: "\"valid\" keeps windows inside the image; \"same\" pads it with zeros, for an output of ceil(input / stride).")
  }

  static var dataFormat: Setting {
    .fixed(
      "data_format", [.null, "channels_last"],
      hint: "move the channels to the last axis, as in numpy.moveaxis(x, 1, -1)", doc: "None or \"channels_last\".")
  }
}

// MARK: - Normalizations

extension Setting where Owner: CompilableLayer {
  static func epsilon(_ path: WritableKeyPath<Owner, Double>) -> Setting {
    Setting("epsilon", path, .positive, doc: "added to the variance, above 0.")
  }

  static func center(_ path: WritableKeyPath<Owner, Bool>) -> Setting {
    Setting("center", path, doc: "whether beta is added.")
  }

  static func scale(_ path: WritableKeyPath<Owner, Bool>) -> Setting {
    Setting("scale", path, doc: "whether values are multiplied by gamma.")
  }

  static func lastAxes(_ path: WritableKeyPath<Owner, OneOrMore<Int>>, doc: String) -> Setting {
    Setting("axis", path, .lastAxes, doc: doc)
  }
}

// MARK: - Random numbers and images

extension Setting where Owner: CompilableLayer {
  static func seed(_ path: WritableKeyPath<Owner, UInt64?>) -> Setting {
    Setting("seed", path, doc: "integer from 0 for a random stream of this layer alone; None for the model's.")
  }

  static func interpolation(_ path: WritableKeyPath<Owner, Interpolation>) -> Setting {
    Setting("interpolation", path, doc: "how values between pixels are computed.")
  }

  static func valueRange(_ path: WritableKeyPath<Owner, ClosedRange<Double>>) -> Setting {
    Setting("value_range", path, type: "range", doc: "(lowest, highest) value of an image, to which results are clipped.")
  }

  /// How a layer that moves pixels at random computes pixels outside the image.
  static func sampling(_ path: WritableKeyPath<Owner, Sampling>, seed: WritableKeyPath<Owner, UInt64?>) -> [Setting] {
    let rows = Sampling.settings.map { $0.within(path) }
    return [rows[0], rows[1], .seed(seed), rows[2], .dataFormat]
  }
}

extension Requirement where Value == Int {
  /// Rows or columns of an image.
  static var imageSize: Requirement {
    Requirement("from 1 to \(ResamplingAxis.largestSize)") { 1...ResamplingAxis.largestSize ~= $0 }
  }
}

// MARK: - Values

extension WeightInitializer: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { try self.init(field) }
  static var type: SettingType { SettingType("initializer") }
}

extension Requirement where Value == Double {
  static var notNegativeFloat32: Requirement {
    Requirement("a number of at least 0 that float32 can hold") { $0 >= 0 && Float($0).isFinite }
  }
}
