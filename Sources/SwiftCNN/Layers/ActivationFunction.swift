/// An element's nonlinearity, or softmax over the last axis.
public enum ActivationFunction: Hashable, Sendable {
  /// x, unchanged.
  case linear
  /// x for x > 0, else 0.
  case relu
  /// e^x, divided by its sum over the last axis.
  case softmax
  /// 1 / (1 + e^-x).
  case sigmoid
  /// The hyperbolic tangent of x.
  case tanh
  /// x for x > 0, else 0.2 x.
  case leakyRelu
  /// x for x > 0, else e^x - 1.
  case elu
  /// x Φ(x), exact (Hendrycks and Gimpel 2016).
  case gelu
  /// relu, but at most 6.
  case relu6
  /// x sigmoid(x) (Elfwing, Uchibe and Doya 2017).
  case silu
  /// Another name for `silu`.
  case swish
  /// elu with constants that keep mean 0 and variance 1 (Klambauer et al. 2017).
  case selu
  /// elu with an alpha of 1 (Barron 2017).
  case celu
  /// ln(1 + e^x).
  case softplus
  /// x / (1 + |x|).
  case softsign
  /// e^x.
  case exponential
  /// x / 6 + 1/2, cut to 0…1.
  case hardSigmoid
  /// x hard_sigmoid(x) (Howard et al. 2019).
  case hardSilu
  /// Another name for `hardSilu`.
  case hardSwish
  /// x cut to -1…1.
  case hardTanh
  /// x tanh(softplus(x)) (Misra 2019).
  case mish
  /// ln sigmoid(x).
  case logSigmoid
  /// ln softmax(x), over the last axis.
  case logSoftmax
  /// The function of a layer with settings of its own.
  case rectifier(ReLU)
  /// The function of a LeakyReLU layer.
  case leaky(LeakyReLU)
  /// The function of an ELU layer.
  case exponentialLinear(ELU)
}

/// A layer that applies an activation to its result.
protocol ActivatedLayer {
  var activation: ActivationFunction { get }
}

extension ActivationFunction {
  /// All functions without settings, by their names in Keras.
  static let named: [(name: String, function: ActivationFunction)] = [
    ("linear", .linear), ("relu", .relu), ("softmax", .softmax), ("sigmoid", .sigmoid), ("tanh", .tanh),
    ("leaky_relu", .leakyRelu), ("elu", .elu), ("gelu", .gelu), ("relu6", .relu6), ("silu", .silu), ("swish", .swish),
    ("selu", .selu), ("celu", .celu), ("softplus", .softplus), ("softsign", .softsign), ("exponential", .exponential),
    ("hard_sigmoid", .hardSigmoid), ("hard_silu", .hardSilu), ("hard_swish", .hardSwish), ("hard_tanh", .hardTanh),
    ("mish", .mish), ("log_sigmoid", .logSigmoid), ("log_softmax", .logSoftmax),
  ]

  static var names: String { named.map(\.name).joined(separator: ", ") }

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    if field.value == .null {
      self = .linear
    } else if field["class"] != nil {
      self = try Self.layer(field)
    } else {
      let name = try field.string()
      guard let function = Self.named.first(where: { $0.name == name })?.function else {
        throw field.complaint(
          "is \(field.value.text); known activations are \(Self.names)")
      }
      self = function
    }
  }

  /// From the class and the config of a layer.
  private static func layer(_ field: JSON.Field) throws(SwiftCNNError) -> ActivationFunction {
    let config = try field.member("config")
    switch try field.member("class").string() {
    case ReLU.className: return .rectifier(try ReLU().reading(config))
    case LeakyReLU.className: return .leaky(try LeakyReLU().reading(config))
    case ELU.className: return .exponentialLinear(try ELU().reading(config))
    default:
      throw field.complaint("is the layer \(field.value.text); those within a layer are ReLU, LeakyReLU and ELU")
    }
  }

  var json: JSON {
    if let layer { return layer.description }
    // Invariant: every function that does not belong to a layer has a name.
    return .string(Self.named.first { $0.function == self }!.name)
  }

  /// The layer that computes the same, for functions with settings.
  var layer: (any CompilableLayer)? {
    switch self {
    case .rectifier(let layer): layer
    case .leaky(let layer): layer
    case .exponentialLinear(let layer): layer
    default: nil
    }
  }

  /// Throws for settings that the layer would not allow.
  func check() throws(SwiftCNNError) { try layer?.checkSettings() }
}

extension ActivationFunction: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { try self.init(field) }
  static var type: SettingType { SettingType("activation") }
}
