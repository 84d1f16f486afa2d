extension Metric {
  /// Share of the labels 1 that are predicted as positive: true positives / (true positives + false negatives).
  ///
  /// - Parameters:
  ///   - threshold: outputs above it are predicted as positive, in [0, 1]; nil means 0.5, or no threshold if `topK` is given.
  ///   - topK: only this many of the largest outputs of a sample can be positive, at least 1; nil for all.
  ///   - classID: the only class to count, from 0; nil for all.
  public static func recall(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) -> Metric {
    Metric(Recall(threshold: threshold.map(SingleThreshold.init), topK: topK, classID: classID))
  }
}

struct Recall: ShareFunction {
  var threshold: SingleThreshold?
  var topK: Int?
  var classID: Int?

  static let className = "Recall"
  static let defaultName = "recall"
  static let summary = "Share of the labels 1 that are found: true positives / (true positives + false negatives)."

  func value(of counts: ConfusionCounts) -> Double {
    quotient(counts.truePositives, counts.truePositives + counts.falseNegatives)
  }
}
