/// A figure that is reported beside the loss, over all samples since an epoch or an evaluation began.
public struct Metric: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Chosen from the loss and the shapes, as Keras does.
    case accuracy
    /// The largest output is where the target's largest value is.
    case categoricalAccuracy
    /// The largest output is the class that the target names.
    case sparseCategoricalAccuracy
    /// The output is above the threshold where the target is 1.
    case binaryAccuracy(threshold: Double = 0.5)
    /// The output where the target's largest value is has fewer than `k` outputs above it.
    case topKCategoricalAccuracy(k: Int = 5)
    /// The same of the class that the target names.
    case sparseTopKCategoricalAccuracy(k: Int = 5)
    case confusion(Confusion)
    case areaUnderCurve(AreaUnderCurve)
    case fScore(FScore)
    /// The mean cosine of the angle between output and target; the loss of this name is minus that.
    case cosineSimilarity
    case meanSquaredError
    case meanAbsoluteError
    case rootMeanSquaredError
    /// The mean of a loss over rows.
    case loss(Loss)
  }

  public var kind: Kind
  /// What histories call it.
  public var name: String
  /// Whether samples count as much as the loss weighs them, in training and evaluation; else all count alike.
  public var isWeighted: Bool

  public init(_ kind: Kind, name: String, isWeighted: Bool = false) {
    self.kind = kind
    self.name = name
    self.isWeighted = isWeighted
  }

  public static let accuracy = Metric(.accuracy, name: "accuracy")
  public static let categoricalAccuracy = Metric(.categoricalAccuracy, name: "categorical_accuracy")
  public static let sparseCategoricalAccuracy = Metric(.sparseCategoricalAccuracy, name: "sparse_categorical_accuracy")
  public static let meanSquaredError = Metric(.meanSquaredError, name: "mean_squared_error")
  public static let meanAbsoluteError = Metric(.meanAbsoluteError, name: "mean_absolute_error")
  public static let rootMeanSquaredError = Metric(.rootMeanSquaredError, name: "root_mean_squared_error")
  public static let cosineSimilarity = Metric(.cosineSimilarity, name: "cosine_similarity")

  public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
    Metric(.binaryAccuracy(threshold: threshold), name: "binary_accuracy")
  }
  public static func topKCategoricalAccuracy(k: Int = 5) -> Metric {
    Metric(.topKCategoricalAccuracy(k: k), name: "top_k_categorical_accuracy")
  }
  public static func sparseTopKCategoricalAccuracy(k: Int = 5) -> Metric {
    Metric(.sparseTopKCategoricalAccuracy(k: k), name: "sparse_top_k_categorical_accuracy")
  }
  public static func precision(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) -> Metric {
    Metric(.confusion(Confusion(.precision, threshold: threshold, topK: topK, classID: classID)), name: "precision")
  }
  public static func recall(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) -> Metric {
    Metric(.confusion(Confusion(.recall, threshold: threshold, topK: topK, classID: classID)), name: "recall")
  }
  public static func areaUnderCurve(_ curve: AreaUnderCurve = AreaUnderCurve()) -> Metric {
    Metric(.areaUnderCurve(curve), name: "auc")
  }
  public static func f1Score(average: FScore.Average, threshold: Double? = nil) -> Metric {
    Metric(.fScore(FScore(average: average, threshold: threshold)), name: "f1_score")
  }
  public static func fBetaScore(average: FScore.Average, beta: Double = 1, threshold: Double? = nil) -> Metric {
    Metric(.fScore(FScore(average: average, beta: beta, threshold: threshold)), name: "fbeta_score")
  }
}

extension Metric {
  /// The metric with `accuracy` decided and checked against what the loss's targets look like.
  func resolved(labels: Bool, columns: Int) throws(SwiftCNNError) -> Metric {
    var resolved = self
    if kind == .accuracy {
      resolved.kind = labels ? .sparseCategoricalAccuracy : columns == 1 ? .binaryAccuracy() : .categoricalAccuracy
    }
    if resolved.wantsLabels != labels {
      throw .invalidValue(
        labels
          ? "the metric '\(name)' compares with one target value for each output, but the loss takes class numbers; "
            + "use 'accuracy' or a sparse metric, or another loss"
          : "the metric '\(name)' compares with class numbers, but the loss takes one target value for each output; "
            + "use 'accuracy', or the loss sparse_categorical_crossentropy")
    }
    if case .confusion(let confusion) = kind, let id = confusion.classID, !(0..<columns).contains(id) {
      throw .invalidValue("the metric '\(name)' has class_id \(id), but the model's output has \(columns) classes")
    }
    try checkClasses(columns)
    return resolved
  }

  /// Refuses more classes than a metric can keep sums of.
  func checkClasses(_ columns: Int) throws(SwiftCNNError) {
    if case .fScore = kind, columns > FScore.mostClasses {
      throw .invalidValue("the metric '\(name)' counts at most \(FScore.mostClasses) classes, but there are \(columns)")
    }
  }

  /// Whether its targets are class numbers; else they are values, one for each output.
  var wantsLabels: Bool {
    switch kind {
    case .sparseCategoricalAccuracy, .sparseTopKCategoricalAccuracy: true
    case .loss(let loss): loss.wantsLabels
    default: false
    }
  }

  /// Whether it needs what the final activation makes, where it is given what that receives.
  func readsValues(after activation: ActivationFunction) -> Bool {
    if case .loss(let loss) = kind { return !loss.prefersLogits(after: activation) }
    // The largest of several sigmoids may be 1 more than once, where that of the logits is one.
    return readsValues || activation == .sigmoid
  }

  /// Whether it needs the outputs themselves; else their order within a sample is enough, which logits have too.
  private var readsValues: Bool {
    switch kind {
    case .accuracy, .categoricalAccuracy, .sparseCategoricalAccuracy, .topKCategoricalAccuracy, .sparseTopKCategoricalAccuracy:
      false
    default: true
    }
  }
}
