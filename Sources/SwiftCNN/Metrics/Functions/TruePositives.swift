extension Metric {
  /// Number of outputs, of all classes, that are predicted as positive and have the label 1.
  ///
  /// - Parameter threshold: outputs above it are predicted as positive, in [0, 1]; nil means 0.5.
  public static func truePositives(threshold: Double? = nil) -> Metric {
    Metric(TruePositives(threshold: threshold.map(SingleThreshold.init)))
  }
}

struct TruePositives: ConfusionFunction {
  var threshold: SingleThreshold?

  static let className = "TruePositives"
  static let defaultName = "true_positives"
  static let summary = "Number of outputs, of all classes, that are an answer yes where the label is 1."
  static var settings: [Setting<Self>] { [thresholdSetting()] }

  func value(of counts: ConfusionCounts) -> Double { counts.truePositives }
}
