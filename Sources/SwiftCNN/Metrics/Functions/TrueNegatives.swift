extension Metric {
  /// Number of outputs, of all classes, that are predicted as negative and have the label 0.
  ///
  /// - Parameter threshold: outputs above it are predicted as positive, in [0, 1]; nil means 0.5.
  public static func trueNegatives(threshold: Double? = nil) -> Metric {
    Metric(TrueNegatives(threshold: threshold.map(SingleThreshold.init)))
  }
}

struct TrueNegatives: ConfusionFunction {
  var threshold: SingleThreshold?

  static let className = "TrueNegatives"
  static let defaultName = "true_negatives"
  static let summary = "Number of outputs, of all classes, that are an answer no where the label is 0."
  static var settings: [Setting<Self>] { [thresholdSetting()] }

  func value(of counts: ConfusionCounts) -> Double { counts.trueNegatives }
}
