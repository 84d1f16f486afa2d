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

  /// The kernels' code and parameter; nil for softmax, which is no function of one element.
  var kernel: (code: Int32, parameter: Float)? {
    switch self {
    case .linear: (Int32(KERNEL_LINEAR), 0)
    case .relu: (Int32(KERNEL_RELU), 0)
    case .sigmoid: (Int32(KERNEL_SIGMOID), 0)
    case .tanh: (Int32(KERNEL_TANH), 0)
    case .leakyRelu: (Int32(KERNEL_LEAKY_RELU), 0.2)
    case .elu: (Int32(KERNEL_ELU), 1)
    case .gelu: (Int32(KERNEL_GELU), 0)
    case .softmax: nil
    }
  }
}
