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
}

extension Loss {
  /// Whether a target is a class number instead of a value for each output.
  var wantsLabels: Bool { if case .sparseCategoricalCrossentropy = self { true } else { false } }

  /// Whether the loss is computed from what the model's final activation receives: the same value, and accurate where a
  /// probability rounds to 0 or 1.
  func prefersLogits(after activation: ActivationFunction) -> Bool {
    switch self {
    case .categoricalCrossentropy(fromLogits: false, _), .sparseCategoricalCrossentropy(fromLogits: false):
      activation == .softmax
    case .binaryCrossentropy(fromLogits: false, _): activation == .sigmoid
    default: false
    }
  }

  private var fromLogits: Bool {
    switch self {
    case .categoricalCrossentropy(let logits, _), .sparseCategoricalCrossentropy(let logits), .binaryCrossentropy(let logits, _):
      logits
    case .meanSquaredError: false
    }
  }

  var labelSmoothing: Double {
    switch self {
    case .categoricalCrossentropy(_, let smoothing), .binaryCrossentropy(_, let smoothing): smoothing
    default: 0
    }
  }

  /// Keras's smoothing, in place: towards 1/columns, or 1/2 for two-sided targets.
  func smooth(_ targets: UnsafeMutablePointer<Float>, count: Int, columns: Int) {
    guard labelSmoothing > 0 else { return }
    let share: Double = if case .binaryCrossentropy = self { 0.5 } else { 1 / Double(columns) }
    let (scale, offset) = (Float(1 - labelSmoothing), Float(labelSmoothing * share))
    for i in 0..<count { targets[i] = targets[i] * scale + offset }
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
    }
  }
}

// MARK: - Configuration

extension Loss {
  private static let classNames = [
    "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "BinaryCrossentropy", "MeanSquaredError",
  ]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "config"])
    let config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    let name = try field.string("class")
    let hasLogits = name != "MeanSquaredError"
    let hasSmoothing = name == "CategoricalCrossentropy" || name == "BinaryCrossentropy"
    try config.allowOnly((hasLogits ? ["from_logits"] : []) + (hasSmoothing ? ["label_smoothing"] : []))
    let logits = try config.bool("from_logits", default: false)
    let smoothing = try config.number("label_smoothing", default: 0)
    guard smoothing >= 0, smoothing <= 1 else {
      throw config.complaint("has label_smoothing \(smoothing); it must be between 0 and 1")
    }
    switch name {
    case "CategoricalCrossentropy": self = .categoricalCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
    case "SparseCategoricalCrossentropy": self = .sparseCategoricalCrossentropy(fromLogits: logits)
    case "BinaryCrossentropy": self = .binaryCrossentropy(fromLogits: logits, labelSmoothing: smoothing)
    case "MeanSquaredError": self = .meanSquaredError
    default:
      throw field.complaint("is the unknown loss '\(name)'; known are \(Self.classNames.joined(separator: ", "))")
    }
  }

  var json: JSON {
    switch self {
    case .categoricalCrossentropy(let logits, let smoothing):
      ["class": "CategoricalCrossentropy", "config": ["from_logits": .bool(logits), "label_smoothing": .number(smoothing)]]
    case .sparseCategoricalCrossentropy(let logits):
      ["class": "SparseCategoricalCrossentropy", "config": ["from_logits": .bool(logits)]]
    case .binaryCrossentropy(let logits, let smoothing):
      ["class": "BinaryCrossentropy", "config": ["from_logits": .bool(logits), "label_smoothing": .number(smoothing)]]
    case .meanSquaredError: ["class": "MeanSquaredError", "config": [:]]
    }
  }
}
