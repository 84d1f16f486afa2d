import CKernels

extension ActivationFunction {
  /// The code and parameter of the kernels; nil if the function depends on more than one element.
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
    case .softmax, .logSoftmax, .rectifier, .leaky, .exponentialLinear: nil
    }
  }
}
