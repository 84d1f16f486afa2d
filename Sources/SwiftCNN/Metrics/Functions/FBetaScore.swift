extension Metric {
  /// Weighted harmonic mean of precision and recall (van Rijsbergen 1979).
  ///
  /// - Parameters:
  ///   - average: how the scores of the classes become one number.
  ///   - beta: how many times as much recall counts as precision, above 0.
  ///   - threshold: outputs above it are predicted as positive, in (0, 1]; nil predicts the largest output of each sample, which
  ///     requires more than one output.
  public static func fBetaScore(average: Average, beta: Double = 1, threshold: Double? = nil) -> Metric {
    Metric(FBetaScore(average: average, beta: beta, threshold: threshold))
  }
}

struct FBetaScore: FScoreFunction {
  var average: Metric.Average?
  var beta = 1.0
  var threshold: Double?

  static let className = "FBetaScore"
  static let defaultName = "fbeta_score"
  static let summary =
    "Weighted harmonic mean of precision and recall (van Rijsbergen, 1979): (1 + beta²) · precision · recall / (beta² · "
    + "precision + recall)."
  static var settings: [Setting<Self>] {
    [
      averageSetting, Setting("beta", \.beta, .positive, doc: "above 0; how many times as much recall counts as precision."),
      thresholdSetting,
    ]
  }
}
