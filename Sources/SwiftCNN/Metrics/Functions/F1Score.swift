extension Metric {
  /// Harmonic mean of precision and recall: 2 · precision · recall / (precision + recall).
  ///
  /// - Parameters:
  ///   - average: how the scores of the classes become one number.
  ///   - threshold: outputs above it are predicted as positive, in (0, 1]; nil predicts the largest output of each sample, which
  ///     requires more than one output.
  public static func f1Score(average: Average, threshold: Double? = nil) -> Metric {
    Metric(F1Score(average: average, threshold: threshold))
  }
}

struct F1Score: FScoreFunction {
  var average: Metric.Average?
  var threshold: Double?

  static let className = "F1Score"
  static let defaultName = "f1_score"
  static let summary = "Harmonic mean of precision and recall: 2 · precision · recall / (precision + recall)."
  static var settings: [Setting<Self>] { [averageSetting, thresholdSetting] }

  var beta: Double { 1 }
}
