import CKernels

/// What training minimizes: a mean over samples (and over positions, for outputs with more than two axes).
///
/// With sample weights the weighted sum is divided by the number of samples, not by the sum of the weights, as in Keras. There is
/// a static member for each loss, such as `.huber(delta: 2)`, in the loss's file. Targets have the shape of the output, unless
/// the member says otherwise.
public struct Loss: Sendable {
  let function: any LossFunction

  init(_ function: any LossFunction) { self.function = function }

  /// All of them, with their defaults, in the order of documentation.
  static let registry: [Loss] = [
    .sparseCategoricalCrossentropy(), .categoricalCrossentropy(), .binaryCrossentropy(), .categoricalFocalCrossentropy(),
    .binaryFocalCrossentropy(), .meanSquaredError, .meanAbsoluteError, .meanAbsolutePercentageError,
    .meanSquaredLogarithmicError, .huber(), .logCosh, .hinge, .squaredHinge, .categoricalHinge, .klDivergence, .poisson,
    .cosineSimilarity,
  ]
}

extension Loss: Equatable {
  /// Whether both are of one class with the same settings.
  public static func == (first: Loss, second: Loss) -> Bool { first.json == second.json }
}

// MARK: - Reading, writing and checking

extension Loss {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    let (standard, config) = try field.entry(of: Self.registry, named: \.className, "loss")
    try self.init(standard, config)
  }

  /// `standard` with the settings that `config` has.
  init(_ standard: Loss, _ config: JSON.Field) throws(SwiftCNNError) {
    self.init(try standard.function.reading(config))
    try check()
  }

  /// Throws for a setting that is not allowed.
  func check() throws(SwiftCNNError) { try function.checkSettings() }

  var className: String { function.className }
  var json: JSON { function.description }

  /// The class for tools that write text of it.
  var schema: JSON {
    guard case .object(var schema) = function.schema else { return .null }
    if type(of: function).isOfRows { schema["of_rows"] = true }
    return .object(schema)
  }
}

// MARK: - Computing

extension Loss {
  /// Whether a target is a class number instead of a value for each output.
  var wantsLabels: Bool { type(of: function).wantsLabels }

  /// Whether the loss is computed from what the model's final activation receives: for its own activation that gives the same
  /// value, accurate where a probability rounds to 0 or 1.
  func prefersLogits(after activation: ActivationFunction) -> Bool { function.prefersLogits(after: activation) }

  var labelSmoothing: Double { function.labelSmoothing }

  /// Keras's smoothing, in place: towards 1/columns, or 1/2 for independent yes/no answers.
  func smooth(_ targets: UnsafeMutablePointer<Float>, count: Int, columns: Int) {
    guard labelSmoothing > 0 else { return }
    let share = type(of: function).isTwoSided ? 0.5 : 1 / Double(columns)
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
    function.evaluate(
      LossBatch(
        kernels: kernels, outputs: outputs, areLogits: logits || function.fromLogits, targets: targets, weights: weights,
        scale: scale, losses: losses, gradient: gradient, rows: rows, columns: columns))
  }
}
