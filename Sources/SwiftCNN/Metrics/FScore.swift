/// Precision and recall in one number, their weighted harmonic mean (van Rijsbergen 1979), with Keras's names and options.
public struct FScore: Sendable, Equatable {
  /// How the classes' scores become one number. Raw values are Keras's names.
  public enum Average: String, Sendable, CaseIterable {
    /// The score of all answers together.
    case micro
    /// The mean of the classes' scores.
    case macro
    /// Their mean by the classes' sizes.
    case weighted
  }

  public var average: Average
  /// How many times as much recall counts as precision.
  public var beta: Double
  /// Outputs above it are an answer yes; nil makes that the largest output of a sample (all of equals, but no 0).
  public var threshold: Double?

  public init(average: Average, beta: Double = 1, threshold: Double? = nil) {
    self.average = average
    self.beta = beta
    self.threshold = threshold
  }
}

extension FScore {
  /// Each class has, one behind the other: the answers yes that are right, all answers yes, and what is to be found.
  static let talliesPerClass = 3
  static let mostClasses = 1 << 20

  func tally(_ answers: MetricInputs, into tallies: inout [Double]) {
    for row in 0..<answers.rows {
      let (output, target, weight) = (answers.output(row), answers.target(row), answers.weight(row))
      let largest = (0..<answers.columns).reduce(-Float.infinity) { max($0, output[$1]) }
      for i in 0..<answers.columns {
        let first = i * Self.talliesPerClass
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
    threshold.map { output > Float($0) } ?? (output == largest && abs(output) > Self.leastYes)
  }

  /// Keras's: outputs that are all 0 are no answer.
  private static let leastYes: Float = 1e-9

  func value(of tallies: [Double]) -> Double {
    let classes = stride(from: 0, to: tallies.count, by: Self.talliesPerClass).map { first in
      Counts(right: tallies[first], called: tallies[first + 1], wanted: tallies[first + 2])
    }
    switch average {
    case .micro: return score(classes.reduce(Counts(), +))
    case .macro: return quotient(classes.reduce(0) { $0 + score($1) }, Double(classes.count))
    case .weighted:
      return quotient(classes.reduce(0) { $0 + score($1) * $1.wanted }, classes.reduce(0) { $0 + $1.wanted })
    }
  }

  /// (1 + b²) · precision · recall / (b² · precision + recall), with what the two are quotients of put in.
  private func score(_ counts: Counts) -> Double {
    quotient((1 + beta * beta) * counts.right, beta * beta * counts.wanted + counts.called)
  }

  private struct Counts {
    var (right, called, wanted) = (0.0, 0.0, 0.0)

    static func + (one: Counts, other: Counts) -> Counts {
      Counts(right: one.right + other.right, called: one.called + other.called, wanted: one.wanted + other.wanted)
    }
  }
}
