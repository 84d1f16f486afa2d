extension Metric {
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
