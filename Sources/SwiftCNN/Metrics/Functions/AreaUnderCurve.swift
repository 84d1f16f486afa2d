extension Metric {
  /// Area under the curve of two rates, as the threshold for a positive prediction goes from 0 to 1.
  ///
  /// - Parameters:
  ///   - thresholds: the number of points of the curve, at evenly spaced thresholds; from 2 to 1000000.
  ///   - curve: the two rates.
  ///   - summation: how the area between two points is computed.
  public static func areaUnderCurve(
    thresholds: Int = 200, curve: Curve = .roc, summation: Summation = .interpolation
  ) -> Metric {
    Metric(AreaUnderCurve(thresholds: thresholds, curve: curve, summation: summation))
  }

  /// Raw values are Keras's names.
  public enum Curve: String, Sendable, CaseIterable {
    /// Recall over the false positives' share of the negatives.
    case roc = "ROC"
    /// Precision over recall.
    case precisionRecall = "PR"
  }

  /// How the area between two points is computed. Raw values are Keras's names.
  public enum Summation: String, Sendable, CaseIterable {
    /// Trapezia; for `precisionRecall` the interpolation of Davis and Goadrich 2006.
    case interpolation
    /// The smaller of the curve's two values, over the whole width.
    case minoring
    /// The larger of the curve's two values, over the whole width.
    case majoring
  }
}

extension Metric.Curve: SettingChoice {}
extension Metric.Summation: SettingChoice {}

/// Keras's approximation: the curve has points for `thresholds` thresholds, evenly spaced from 0 to 1.
struct AreaUnderCurve: MetricFunction {
  var thresholds: Int
  var curve: Metric.Curve
  var summation: Metric.Summation

  static let className = "AUC"
  static let defaultName = "auc"
  static let summary =
    "Area under the curve of two rates as the threshold for an answer yes goes from 0 to 1, computed at `num_thresholds` evenly "
    + "spread thresholds."
  static let leadingSettings = 3
  static var settings: [Setting<Self>] {
    let oneSet = "the answers of all labels are one set: make one metric for each label"
    return [
      Setting(
        "num_thresholds", \.thresholds, Requirement("an integer from 2 to 1000000") { 2...1_000_000 ~= $0 },
        doc: "from 2 to 1000000; points of the curve."),
      Setting("curve", \.curve, doc: "\"ROC\": recall over false positive rate; \"PR\": precision over recall."),
      Setting(
        "summation_method", \.summation,
        doc: "height of the curve between two points: \"interpolation\" for the mean (of \"PR\" by Davis and Goadrich, 2006), "
          + "\"minoring\" for the smaller value, \"majoring\" for the larger."),
      .fixed("thresholds", [.null], hint: "num_thresholds of them are spread evenly from 0 to 1", doc: "None."),
      .fixed("multi_label", [false], hint: oneSet, doc: "False, since the answers of all labels are one set."),
      .fixed("num_labels", [.null], hint: oneSet, doc: "None."),
      .fixed("label_weights", [.null], hint: oneSet, doc: "None."),
      .fixed(
        "from_logits", [false], hint: "it takes probabilities: end the model in sigmoid or softmax",
        doc: "False, since outputs are probabilities."),
    ]
  }

  /// The number of positives, then of negatives, with an output above threshold i but not above i + 1.
  func tallyCount(columns: Int) -> Int { 2 * thresholds }

  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) {
    for row in 0..<inputs.rows {
      let (output, target) = (inputs.output(row), inputs.target(row))
      for i in 0..<inputs.columns {
        tallies[(target[i] != 0 ? 0 : thresholds) + place(of: output[i])] += inputs.weight(row)
      }
    }
  }

  /// The index of the highest threshold below an output. NaN is above no threshold and counts as 0.
  private func place(of output: Float) -> Int {
    guard output > 0 else { return 0 }
    return max(0, Int((min(output, 1) * Float(thresholds - 1)).rounded(.up)) - 1)
  }

  func value(of tallies: [Double]) -> Double {
    let truePositives = fromTheEnd(tallies[..<thresholds])
    let falsePositives = fromTheEnd(tallies[thresholds...])
    let (positives, negatives) = (truePositives[0], falsePositives[0])
    let recall = truePositives.map { quotient($0, positives) }
    switch curve {
    case .roc: return area(x: falsePositives.map { quotient($0, negatives) }, y: recall)
    case .precisionRecall where summation == .interpolation: return interpolated(truePositives, falsePositives, positives)
    case .precisionRecall:
      return area(x: recall, y: zip(truePositives, falsePositives).map { quotient($0, $0 + $1) })
    }
  }

  /// Replaces element i by the sum of the elements from i on.
  private func fromTheEnd(_ counts: ArraySlice<Double>) -> [Double] {
    var sum = 0.0
    return counts.reversed().map {
      sum += $0
      return sum
    }.reversed()
  }

  private func area(x: [Double], y: [Double]) -> Double {
    (1..<thresholds).reduce(0) { sum, i in
      let height =
        switch summation {
        case .interpolation: (y[i - 1] + y[i]) / 2
        case .minoring: min(y[i - 1], y[i])
        case .majoring: max(y[i - 1], y[i])
        }
      return sum + (x[i - 1] - x[i]) * height
    }
  }

  /// Between two thresholds, true positives and all positive predictions are assumed to grow linearly. The integral has a closed
  /// form.
  private func interpolated(_ truePositives: [Double], _ falsePositives: [Double], _ positives: Double) -> Double {
    let answers = zip(truePositives, falsePositives).map { $0 + $1 }
    return (1..<thresholds).reduce(0) { sum, i in
      let gain = truePositives[i - 1] - truePositives[i]
      let slope = quotient(gain, max(answers[i - 1] - answers[i], 0))
      let intercept = truePositives[i] - slope * answers[i]
      let isOpen = answers[i] > 0 && answers[i - 1] > 0
      let logRatio = isOpen ? PortableMath.log(answers[i - 1] / answers[i]) : 0
      return sum + quotient(slope * (gain + intercept * logRatio), positives)
    }
  }
}
