/// Precision and recall in one number, their weighted harmonic mean (van Rijsbergen, 1979).
protocol FScoreFunction: MetricFunction {
  /// Nil is not allowed, because a history has one number for a metric, not one for each class.
  var average: Metric.Average? { get set }
  /// The importance of recall relative to precision.
  var beta: Double { get }
  /// Outputs above it are predicted as positive. Nil predicts the largest output of a sample (all of equals, but not 0).
  var threshold: Double? { get set }
}

extension Metric {
  /// How the scores of the classes become one number. Raw values are Keras's names.
  public enum Average: String, Sendable, CaseIterable {
    /// The score of all predictions together.
    case micro
    /// The mean of the classes' scores.
    case macro
    /// The mean of the classes' scores, weighted by the classes' sizes.
    case weighted
  }
}

extension Metric.Average: SettingChoice {}

/// The sums of F scores.
enum FScoreTallies {
  /// For each class, three sums in a row: true positives, all positive predictions, and all labels 1.
  static let perClass = 3
  static let mostClasses = 1 << 20
}

extension FScoreFunction {
  static var leadingSettings: Int { settings.count }

  static var averageSetting: Setting<Self> {
    Setting(
      "average", \.average,
      Requirement("macro, micro or weighted, since a history holds one number and not one of each class") { $0 != nil },
      doc: "\"macro\" for the mean of the classes' scores, \"weighted\" for their mean by the classes' sizes, \"micro\" for the "
        + "score of all answers together. None for a score of each class, which only a metric that is fed by hand computes.")
  }

  static var thresholdSetting: Setting<Self> {
    Setting(
      "threshold", optional: \.threshold, Requirement("above 0 and at most 1") { $0 > 0 && $0 <= 1 },
      doc: "a number in (0, 1]; an output above it counts as a positive prediction. None takes the largest output of each sample "
        + "as its prediction; models with a single output need a number.")
  }

  func problem(columns: Int, of outputs: String) -> String? {
    columns <= FScoreTallies.mostClasses ? nil : "counts at most \(FScoreTallies.mostClasses) classes, but there are \(columns)"
  }

  func tallyCount(columns: Int) -> Int { FScoreTallies.perClass * columns }

  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) {
    for row in 0..<inputs.rows {
      let (output, target, weight) = (inputs.output(row), inputs.target(row), inputs.weight(row))
      let largest = (0..<inputs.columns).reduce(-Float.infinity) { max($0, output[$1]) }
      for i in 0..<inputs.columns {
        let first = i * FScoreTallies.perClass
        let wanted = Double(target[i]) * weight
        if isYes(output[i], largest) {
          tallies[first] += wanted
          tallies[first + 1] += weight
        }
        tallies[first + 2] += wanted
      }
    }
  }

  private func isYes(_ output: Float, _ largest: Float) -> Bool {
    // As in Keras: if all outputs are 0, none is predicted.
    threshold.map { output > Float($0) } ?? (output == largest && abs(output) > 1e-9)
  }

  func value(of tallies: [Double]) -> Double {
    let classes = stride(from: 0, to: tallies.count, by: FScoreTallies.perClass).map { first in
      FScoreCounts(right: tallies[first], called: tallies[first + 1], wanted: tallies[first + 2])
    }
    switch average {
    case .micro: return score(classes.reduce(FScoreCounts(), +))
    case .macro, nil: return quotient(classes.reduce(0) { $0 + score($1) }, Double(classes.count))
    case .weighted:
      return quotient(classes.reduce(0) { $0 + score($1) * $1.wanted }, classes.reduce(0) { $0 + $1.wanted })
    }
  }

  /// (1 + b²) · precision · recall / (b² · precision + recall), with the quotients of precision and recall inserted.
  private func score(_ counts: FScoreCounts) -> Double {
    quotient((1 + beta * beta) * counts.right, beta * beta * counts.wanted + counts.called)
  }
}

private struct FScoreCounts {
  var (right, called, wanted) = (0.0, 0.0, 0.0)

  static func + (one: FScoreCounts, other: FScoreCounts) -> FScoreCounts {
    FScoreCounts(right: one.right + other.right, called: one.called + other.called, wanted: one.wanted + other.wanted)
  }
}
