import CKernels

/// What training makes small: a mean over samples (and over positions, for outputs with more than two axes).
///
/// With sample weights the weighted sum is divided by the number of samples, not by the sum of the weights, as in Keras.
public enum Loss: Sendable, Equatable {
  /// Targets: one distribution a sample, the shape of the output.
  case categoricalCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0)
  /// Targets: one class number a sample.
  case sparseCategoricalCrossentropy(fromLogits: Bool = false)
  /// Targets: 0…1, the shape of the output.
  case binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0)
  /// Targets: the shape of the output.
  case meanSquaredError
  /// One of those that few use. Targets: the shape of the output.
  case other(RareLoss)
}

extension Loss {
  /// Whether a target is a class number instead of a value for each output.
  var wantsLabels: Bool { if case .sparseCategoricalCrossentropy = self { true } else { false } }

  /// Whether the loss is computed from what the model's final activation receives: for its own activation that gives the same
  /// value, accurate where a probability rounds to 0 or 1. As in Keras with TensorFlow, sigmoid and softmax may stand for one
  /// another, and what the loss was declared to receive is overruled.
  func prefersLogits(after activation: ActivationFunction) -> Bool {
    switch self {
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy, .binaryCrossentropy:
      activation == .softmax || activation == .sigmoid
    case .other(let loss): loss.prefersLogits(after: activation)
    case .meanSquaredError: false
    }
  }

  private var fromLogits: Bool {
    switch self {
    case .categoricalCrossentropy(let logits, _), .sparseCategoricalCrossentropy(let logits), .binaryCrossentropy(let logits, _):
      logits
    case .meanSquaredError: false
    case .other(let loss): loss.fromLogits
    }
  }

  var labelSmoothing: Double {
    switch self {
    case .categoricalCrossentropy(_, let smoothing), .binaryCrossentropy(_, let smoothing): smoothing
    case .other(let loss): loss.labelSmoothing
    default: 0
    }
  }

  /// Keras's smoothing, in place: towards 1/columns, or 1/2 for two-sided targets.
  func smooth(_ targets: UnsafeMutablePointer<Float>, count: Int, columns: Int) {
    guard labelSmoothing > 0 else { return }
    let share = isTwoSided ? 0.5 : 1 / Double(columns)
    let (scale, offset) = (Float(1 - labelSmoothing), Float(labelSmoothing * share))
    for i in 0..<count { targets[i] = targets[i] * scale + offset }
  }

  /// Whether each output is an answer of its own, yes or no.
  private var isTwoSided: Bool {
    switch self {
    case .binaryCrossentropy, .other(.binaryFocalCrossentropy): true
    default: false
    }
  }

  /// Loss of each row, and the gradient of (sum over rows of weight · loss) · scale.
  /// - Parameters:
  ///   - outputs: [rows][columns]: logits if `logits` or the loss was declared so.
  ///   - gradient: [rows][columns], or nil.
  func evaluate(
    _ kernels: KernelTable, outputs: UnsafePointer<Float>, logits: Bool, targets: Targets.Batch, weights: UnsafePointer<Float>?,
    scale: Float, losses: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
  ) {
    let (values, labels, logits) = (targets.values, targets.labels, logits || fromLogits)
    switch (self, logits) {
    case (.sparseCategoricalCrossentropy, true):
      kernels.sparse_crossentropy_logits(outputs, labels, weights, scale, losses, gradient, rows, columns)
    case (.sparseCategoricalCrossentropy, false):
      kernels.sparse_crossentropy(outputs, labels, weights, scale, losses, gradient, rows, columns)
    case (.categoricalCrossentropy, true):
      kernels.crossentropy_logits(outputs, values, weights, scale, losses, gradient, rows, columns)
    case (.categoricalCrossentropy, false):
      kernels.crossentropy(outputs, values, weights, scale, losses, gradient, rows, columns)
    case (.binaryCrossentropy, true):
      kernels.binary_crossentropy_logits(outputs, values, weights, scale, losses, gradient, rows, columns)
    case (.binaryCrossentropy, false):
      kernels.binary_crossentropy(outputs, values, weights, scale, losses, gradient, rows, columns)
    case (.meanSquaredError, _):
      kernels.mean_squared_error(outputs, values, weights, scale, losses, gradient, rows, columns)
    case (.other(let loss), _):
      // Invariant: only sparse losses have labels instead of values.
      RareLossRows(loss, logits: logits, outputs: outputs, targets: values!, weights: weights, scale: scale, columns: columns)
        .evaluate(losses: losses, gradient: gradient, rows: rows)
    }
  }
}
