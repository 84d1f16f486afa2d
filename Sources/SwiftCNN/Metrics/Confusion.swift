/// What is told of the four counts true/false positives/negatives, with Keras's names and options.
public struct Confusion: Sendable, Equatable {
  /// Raw values are Keras's class names.
  public enum Reading: String, Sendable, CaseIterable {
    /// Of the answers yes, the share that is right.
    case precision = "Precision"
    /// Of what is to be found, the share that is found.
    case recall = "Recall"
    case truePositives = "TruePositives"
    case falsePositives = "FalsePositives"
    case trueNegatives = "TrueNegatives"
    case falseNegatives = "FalseNegatives"
  }

  public var reading: Reading
  /// Outputs above it are an answer yes; nil means 0.5, or with `topK` any output among the largest.
  public var threshold: Double?
  /// Only so many of the largest outputs of a sample can be a yes; nil for all.
  public var topK: Int?
  /// Only this class is looked at; nil for all.
  public var classID: Int?

  public init(_ reading: Reading, threshold: Double? = nil, topK: Int? = nil, classID: Int? = nil) {
    self.reading = reading
    self.threshold = threshold
    self.topK = topK
    self.classID = classID
  }
}

extension Confusion {
  /// True positives, false positives, true negatives, false negatives.
  static let tallyCount = 4

  func tally(_ answers: MetricInputs, into tallies: inout [Double]) {
    let columns = classID.map { $0..<$0 + 1 } ?? 0..<answers.columns
    let limit = Float(threshold ?? (topK == nil ? 0.5 : -.infinity))
    for row in 0..<answers.rows {
      let (output, target) = (answers.output(row), answers.target(row))
      for i in columns {
        let saysYes = output[i] > limit && isEligible(output, answers.columns, i)
        tallies[saysYes ? (target[i] != 0 ? 0 : 1) : (target[i] != 0 ? 3 : 2)] += answers.weight(row)
      }
    }
  }

  /// Whether output `i` is among the `topK` largest of its row, the first of equals.
  private func isEligible(_ output: UnsafePointer<Float>, _ count: Int, _ i: Int) -> Bool {
    guard let topK else { return true }
    var before = 0
    for j in 0..<count where output[j] > output[i] || (output[j] == output[i] && j < i) { before += 1 }
    return before < topK
  }

  func value(of tallies: [Double]) -> Double {
    let (truePositives, falsePositives, trueNegatives, falseNegatives) = (tallies[0], tallies[1], tallies[2], tallies[3])
    return switch reading {
    case .precision: quotient(truePositives, truePositives + falsePositives)
    case .recall: quotient(truePositives, truePositives + falseNegatives)
    case .truePositives: truePositives
    case .falsePositives: falsePositives
    case .trueNegatives: trueNegatives
    case .falseNegatives: falseNegatives
    }
  }
}
