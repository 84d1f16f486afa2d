import CKernels

extension Loss {
  /// Targets: one class number a sample.
  public static func sparseCategoricalCrossentropy(fromLogits: Bool = false) -> Loss {
    Loss(SparseCategoricalCrossentropy(fromLogits: fromLogits))
  }
}

struct SparseCategoricalCrossentropy: CrossentropyFunction {
  var fromLogits: Bool

  static let className = "SparseCategoricalCrossentropy"
  static let summary = "Cross-entropy of integer labels from 0 to classes - 1: -ln(prediction[label])."
  static var settings: [Setting<Self>] {
    [
      .fromLogits(\.fromLogits),
      .fixed(
        "ignore_class", [.null], hint: "all classes count: give the samples of that class a sample_weight of 0",
        doc: "None, since all classes count."),
      .axis.keywordOnly(),
    ]
  }
  static let wantsLabels = true
  static let metricNames: (className: String, name: String)? = (className, "sparse_categorical_crossentropy")

  func evaluate(_ batch: LossBatch) {
    let (kernels, labels) = (batch.kernels, batch.targets.labels)
    if batch.areLogits {
      kernels.sparse_crossentropy_logits(
        batch.outputs, labels, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
    } else {
      kernels.sparse_crossentropy(
        batch.outputs, labels, batch.weights, batch.scale, batch.losses, batch.gradient, batch.rows, batch.columns)
    }
  }
}
