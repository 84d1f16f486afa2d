/// A metric from four counts: true and false positives, true and false negatives. Outputs above the threshold are positive.
protocol ConfusionFunction: MetricFunction {
  var threshold: SingleThreshold? { get set }
  /// Only this many of the largest outputs of a sample can be positive; nil for all.
  var topK: Int? { get }
  /// The only class to count; nil for all.
  var classID: Int? { get }
  func value(of counts: ConfusionCounts) -> Double
}

struct ConfusionCounts {
  let truePositives, falsePositives, trueNegatives, falseNegatives: Double
}

/// A threshold. Keras also accepts it as a list; this engine accepts a list with one number.
struct SingleThreshold: SettingValue {
  var value: Double

  init(_ value: Double) { self.value = value }
  init(setting field: JSON.Field) throws(SwiftCNNError) { value = try field.number() }
  var json: JSON { .number(value) }
  static var type: SettingType { SettingType("single_number") }
}

extension ConfusionFunction {
  static var leadingSettings: Int { settings.count }

  var topK: Int? { nil }
  var classID: Int? { nil }

  /// - Parameter exception: what the doc adds to the default threshold.
  static func thresholdSetting(exception: String = "") -> Setting<Self> {
    Setting(
      "thresholds", optional: \.threshold, Requirement("from 0 to 1") { $0.value >= 0 && $0.value <= 1 },
      doc: "a number in [0, 1]; an output above it counts as a positive prediction. None means 0.5\(exception).")
  }

  func problem(columns: Int, of outputs: String) -> String? {
    guard let classID, !(0..<columns).contains(classID) else { return nil }
    return "has class_id \(classID), but \(outputs) has \(columns) classes"
  }

  /// True positives, false positives, true negatives, false negatives.
  func tallyCount(columns: Int) -> Int { 4 }

  func tally(_ inputs: MetricInputs, into tallies: inout [Double]) {
    let columns = classID.map { $0..<$0 + 1 } ?? 0..<inputs.columns
    let limit = Float(threshold?.value ?? (topK == nil ? 0.5 : -.infinity))
    for row in 0..<inputs.rows {
      let (output, target) = (inputs.output(row), inputs.target(row))
      for i in columns {
        let saysYes = output[i] > limit && isEligible(output, inputs.columns, i)
        tallies[saysYes ? (target[i] != 0 ? 0 : 1) : (target[i] != 0 ? 3 : 2)] += inputs.weight(row)
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
    value(
      of: ConfusionCounts(
        truePositives: tallies[0], falsePositives: tallies[1], trueNegatives: tallies[2], falseNegatives: tallies[3]))
  }
}

/// Precision or recall: a share of the predictions of chosen classes.
protocol ShareFunction: ConfusionFunction {
  var topK: Int? { get set }
  var classID: Int? { get set }
}

extension ShareFunction {
  static var settings: [Setting<Self>] {
    [
      thresholdSetting(exception: ", or with `top_k` no threshold"),
      Setting(
        "top_k", optional: \.topK, .positive,
        doc: "at least 1; only so many of the largest outputs of a sample can be a yes. None for all."),
      Setting(
        "class_id", optional: \.classID, Requirement("an integer of at least 0") { $0 >= 0 },
        doc: "from 0; only this class is counted. None for all."),
    ]
  }
}
