extension Metric {
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
