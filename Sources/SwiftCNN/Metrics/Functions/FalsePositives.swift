extension Metric {
  /// Number of outputs, of all classes, that are predicted as positive and have the label 0.
  ///
  /// - Parameter threshold: outputs above it are predicted as positive, in [0, 1]; nil means 0.5.
  public static func falsePositives(threshold: Double? = nil) -> Metric {
    Metric(FalsePositives(threshold: threshold.map(SingleThreshold.init)))
  }
}

struct FalsePositives: ConfusionFunction {
  var threshold: SingleThreshold?

  static let className = "FalsePositives"
  static let defaultName = "false_positives"
  static let summary = "Number of outputs, of all classes, that are an answer yes where the label is 0."
  static var settings: [Setting<Self>] { [thresholdSetting()] }
  static let moreIsBetter = false

  func value(of counts: ConfusionCounts) -> Double { counts.falsePositives }
}
