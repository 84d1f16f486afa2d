extension Metric {
  /// Number of outputs, of all classes, that are predicted as negative and have the label 1.
  ///
  /// - Parameter threshold: outputs above it are predicted as positive, in [0, 1]; nil means 0.5.
  public static func falseNegatives(threshold: Double? = nil) -> Metric {
    Metric(FalseNegatives(threshold: threshold.map(SingleThreshold.init)))
  }
}

struct FalseNegatives: ConfusionFunction {
  var threshold: SingleThreshold?

  static let className = "FalseNegatives"
  static let defaultName = "false_negatives"
  static let summary = "Number of outputs, of all classes, that are an answer no where the label is 1."
  static var settings: [Setting<Self>] { [thresholdSetting()] }
  static let moreIsBetter = false

  func value(of counts: ConfusionCounts) -> Double { counts.falseNegatives }
}
