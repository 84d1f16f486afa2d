extension LearningRate {
  /// values[i] up to and including step boundaries[i], and the last value after them all.
  public static func piecewiseConstantDecay(
    boundaries: [Double], values: [Double]
  ) -> LearningRate {
    LearningRate(PiecewiseConstantDecay(boundaries: boundaries, values: values))
  }
}

struct PiecewiseConstantDecay: RateSchedule {
  var boundaries: [Double]
  var values: [Double]

  static let className = "PiecewiseConstantDecay"
  static let summary = "values[i] up to and including step boundaries[i], and the last value from then on."
  static var settings: [Setting<PiecewiseConstantDecay>] {
    [
      Setting("boundaries", \.boundaries, isRequired: true, doc: "step numbers, rising."),
      Setting(
        "values", \.values, Requirement("finite numbers of at least 0") { $0.allSatisfy { $0.isFinite && $0 >= 0 } },
        isRequired: true, doc: "rates, one more than there are boundaries."),
    ]
  }

  func rate(at step: Double) -> Double { values[boundaries.firstIndex { step <= $0 } ?? boundaries.count] }

  func checkTogether() throws(SwiftCNNError) {
    guard values.count == boundaries.count + 1, zip(boundaries, boundaries.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .invalidValue(
        "boundaries must rise and values be one more than they; got \(boundaries.count) boundaries \(boundaries) and "
          + "\(values.count) values")
    }
  }
}
