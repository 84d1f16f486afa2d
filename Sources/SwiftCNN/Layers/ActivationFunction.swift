import CKernels

/// An element's nonlinearity, or softmax over the last axis. Raw values are Keras's names.
public enum ActivationFunction: String, CaseIterable, Sendable {
  case linear
  case relu
  case softmax
  case sigmoid
  case tanh
  /// x for x > 0, else 0.2 x.
  case leakyRelu = "leaky_relu"
  /// x for x > 0, else e^x - 1.
  case elu
  /// x Φ(x), exact (Hendrycks and Gimpel 2016).
  case gelu
  /// relu, but at most 6.
  case relu6
  /// x sigmoid(x) (Elfwing, Uchibe and Doya 2017).
  case silu
  /// `silu` by another name.
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
  case hardSigmoid = "hard_sigmoid"
  /// x hard_sigmoid(x) (Howard et al. 2019).
  case hardSilu = "hard_silu"
  /// `hardSilu` by another name.
  case hardSwish = "hard_swish"
  /// x cut to -1…1.
  case hardTanh = "hard_tanh"
  /// x tanh(softplus(x)) (Misra 2019).
  case mish
  /// ln sigmoid(x).
  case logSigmoid = "log_sigmoid"
  /// ln softmax(x), over the last axis.
  case logSoftmax = "log_softmax"
}

extension ActivationFunction {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    if field.value == .null {
      self = .linear
      return
    }
    guard let function = ActivationFunction(rawValue: try field.string()) else {
      throw field.complaint(
        "is \(field.value.text); known activations are "
          + Self.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self = function
  }

  /// The kernels' code and parameter; nil for what is no function of one element.
  var kernel: (code: Int32, parameter: Float)? {
    switch self {
    case .linear: (Int32(KERNEL_LINEAR), 0)
    case .relu: (Int32(KERNEL_RELU), 0)
    case .sigmoid: (Int32(KERNEL_SIGMOID), 0)
    case .tanh: (Int32(KERNEL_TANH), 0)
    case .leakyRelu: (Int32(KERNEL_LEAKY_RELU), 0.2)
    case .elu: (Int32(KERNEL_ELU), 1)
    case .gelu: (Int32(KERNEL_GELU), 0)
    case .relu6: (Int32(KERNEL_CLIPPED_RELU), 6)
    case .silu, .swish: (Int32(KERNEL_SILU), 0)
    case .selu: (Int32(KERNEL_SELU), 0)
    case .celu: (Int32(KERNEL_ELU), 1)
    case .softplus: (Int32(KERNEL_SOFTPLUS), 0)
    case .softsign: (Int32(KERNEL_SOFTSIGN), 0)
    case .exponential: (Int32(KERNEL_EXPONENTIAL), 0)
    case .hardSigmoid: (Int32(KERNEL_HARD_SIGMOID), 0)
    case .hardSilu, .hardSwish: (Int32(KERNEL_HARD_SILU), 0)
    case .hardTanh: (Int32(KERNEL_HARD_TANH), 0)
    case .mish: (Int32(KERNEL_MISH), 0)
    case .logSigmoid: (Int32(KERNEL_LOG_SIGMOID), 0)
    case .softmax, .logSoftmax: nil
    }
  }
}
