import CKernels

/// The arithmetic of a loss. Each loss is a file in `Functions`, and an entry of `Loss.registry`.
///
/// In the formulas p is an output (the prediction) and t its target.
protocol LossFunction: Described {
  /// Whether a target is a class number instead of a value for each output.
  static var wantsLabels: Bool { get }
  /// Whether the loss compares all outputs of a sample at once, such as the probabilities of classes. Python then reads outputs
  /// of one axis as a single sample.
  static var isOfRows: Bool { get }
  /// Whether each output is an independent yes/no answer, whose target is smoothed towards 1/2.
  static var isTwoSided: Bool { get }
  /// Keras's metric that computes the same: its class, and its name in histories; nil if there is none.
  static var metricNames: (className: String, name: String)? { get }

  /// Whether outputs are declared to be logits.
  var fromLogits: Bool { get }
  var labelSmoothing: Double { get }
  /// Whether the loss is computed from what the model's final activation receives.
  func prefersLogits(after activation: ActivationFunction) -> Bool
  /// Writes the losses and the gradient of `batch`.
  func evaluate(_ batch: LossBatch)
}

extension LossFunction {
  static var wantsLabels: Bool { false }
  static var isOfRows: Bool { false }
  static var isTwoSided: Bool { false }
  static var metricNames: (className: String, name: String)? { nil }
  static var settings: [Setting<Self>] { [] }

  var fromLogits: Bool { false }
  var labelSmoothing: Double { 0 }
  func prefersLogits(after activation: ActivationFunction) -> Bool { false }
}

/// Rows of outputs with their targets, and where a loss writes its results.
struct LossBatch {
  let kernels: KernelTable
  /// [rows][columns]
  let outputs: UnsafePointer<Float>
  /// Whether the outputs are logits, the input of a softmax or sigmoid.
  let areLogits: Bool
  let targets: Targets.Batch
  /// [rows]; nil if all weigh 1.
  let weights: UnsafePointer<Float>?
  /// Factor of the gradient.
  let scale: Float
  /// [rows]
  let losses: UnsafeMutablePointer<Float>
  /// [rows][columns], or nil.
  let gradient: UnsafeMutablePointer<Float>?
  let rows: Int
  let columns: Int
}

/// A cross-entropy with kernels. As in Keras with TensorFlow it is computed from the logits behind a final softmax or sigmoid,
/// either of which may stand for the other, and what the loss was declared to receive is overruled.
protocol CrossentropyFunction: LossFunction {}

extension CrossentropyFunction {
  func prefersLogits(after activation: ActivationFunction) -> Bool { activation == .softmax || activation == .sigmoid }
}

// MARK: - Settings that several losses have

extension Setting where Owner: LossFunction {
  static func fromLogits(_ path: WritableKeyPath<Owner, Bool>) -> Setting {
    Setting(
      "from_logits", path,
      doc: "True if the outputs are logits instead of probabilities. After a final softmax or sigmoid, cross-entropies are "
        + "computed from its logits in either case, as in Keras.")
  }

  static func labelSmoothing(_ path: WritableKeyPath<Owner, Double>) -> Setting {
    Setting(
      "label_smoothing", path, .share,
      doc: Owner.isTwoSided
        ? "in [0, 1]; moves labels towards 0.5, as label · (1 - label_smoothing) + label_smoothing / 2."
        : "in [0, 1]; the share of every label that is spread evenly over the classes.")
  }

  static var axis: Setting { .fixed("axis", [-1], hint: "a loss is computed along the last axis", doc: "-1, the last axis.") }
}
