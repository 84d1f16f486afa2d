extension Metric {
  /// Share of the positive predictions that are right: true positives / (true positives + false positives).
  ///
  /// - Parameters:
  ///   - threshold: outputs above it are predicted as positive, in [0, 1]; nil means 0.5, or no threshold if `topK` is given.
  ///   - topK: only this many of the largest outputs of a sample can be positive, at least 1; nil for all.
  ///   - classID: the only class to count, from 0; nil for all.
  public static func precision(threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) -> Metric {
    Metric(Precision(threshold: threshold.map(SingleThreshold.init), topK: topK, classID: classID))
  }
}

struct Precision: ShareFunction {
  var threshold: SingleThreshold?
  var topK: Int?
  var classID: Int?

  static let className = "Precision"
  static let defaultName = "precision"
  static let summary = "Share of the answers yes that are right: true positives / (true positives + false positives)."

  func value(of counts: ConfusionCounts) -> Double {
    quotient(counts.truePositives, counts.truePositives + counts.falsePositives)
  }
}
