/// A figure that is reported beside the loss: a count of right answers over all answers.
public struct Metric: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Chosen from the loss and the shapes, as Keras does.
    case accuracy
    /// The largest output is where the target's largest value is.
    case categoricalAccuracy
    /// The largest output is the class that the target names.
    case sparseCategoricalAccuracy
    /// The output is above the threshold where the target is 1.
    case binaryAccuracy(threshold: Double = 0.5)
  }

  public var kind: Kind
  /// What histories call it.
  public var name: String

  public init(_ kind: Kind, name: String) {
    self.kind = kind
    self.name = name
  }

  public static let accuracy = Metric(.accuracy, name: "accuracy")
  public static let categoricalAccuracy = Metric(.categoricalAccuracy, name: "categorical_accuracy")
  public static let sparseCategoricalAccuracy = Metric(.sparseCategoricalAccuracy, name: "sparse_categorical_accuracy")
  public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
    Metric(.binaryAccuracy(threshold: threshold), name: "binary_accuracy")
  }
}

extension Metric {
  /// The metric with `accuracy` decided and checked against what the loss's targets look like.
  func resolved(labels: Bool, columns: Int) throws(SwiftCNNError) -> Metric {
    var resolved = self
    switch kind {
    case .accuracy:
      resolved.kind = labels ? .sparseCategoricalAccuracy : columns == 1 ? .binaryAccuracy() : .categoricalAccuracy
    case .sparseCategoricalAccuracy where !labels:
      throw .invalidValue(
        "the metric '\(name)' compares with class numbers, but the loss takes one target value for each output; "
          + "use 'accuracy', or the loss sparse_categorical_crossentropy")
    case .categoricalAccuracy where labels, .binaryAccuracy where labels:
      throw .invalidValue(
        "the metric '\(name)' compares with one target value for each output, but the loss takes class numbers; "
          + "use 'accuracy', or another loss")
    default: break
    }
    return resolved
  }

  /// Right answers in a batch, and answers.
  /// - Parameter sigmoid: the outputs are what a final sigmoid would receive.
  func count(
    outputs: UnsafePointer<Float>, sigmoid: Bool, targets: Targets.Batch, rows: Int, columns: Int
  ) -> (right: Int, all: Int) {
    switch kind {
    case .sparseCategoricalAccuracy:
      let right = (0..<rows).count { largest(outputs + $0 * columns, columns) == Int(targets.labels![$0]) }
      return (right, rows)
    case .accuracy, .categoricalAccuracy:
      let right = (0..<rows).count {
        largest(outputs + $0 * columns, columns) == largest(targets.values! + $0 * columns, columns)
      }
      return (right, rows)
    case .binaryAccuracy(let threshold):
      // Sigmoid is monotone: comparing logits with the threshold's logit is the same as comparing probabilities.
      let limit = sigmoid ? Self.logit(threshold) : Float(threshold)
      let right = (0..<rows * columns).count { (outputs[$0] > limit) == (targets.values![$0] > 0.5) }
      return (right, rows * columns)
    }
  }

  /// The first place of the largest value.
  private func largest(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for i in 1..<max(1, count) where values[i] > values[best] { best = i }
    return best
  }

  /// The x with sigmoid(x) = p.
  private static func logit(_ p: Double) -> Float {
    if p <= 0 { return -.infinity }
    if p >= 1 { return .infinity }
    return p == 0.5 ? 0 : Float(logRatio(p / (1 - p)))
  }

  /// ln r by its series in (m - 1) / (m + 1), r = m · 2^e: the same bits on every machine, unlike a C library's.
  private static func logRatio(_ r: Double) -> Double {
    let m = r.significand
    let z = (m - 1) / (m + 1)
    var sum = 0.0
    for k in stride(from: 41.0, through: 1.0, by: -2.0) { sum = sum * z * z + 1 / k }
    return 2 * z * sum + Double(r.exponent) * 0.693147180559945309
  }
}

extension Range where Bound == Int {
  fileprivate func count(_ isCounted: (Int) -> Bool) -> Int {
    var count = 0
    for i in self where isCounted(i) { count += 1 }
    return count
  }
}

// MARK: - Configuration

extension Metric {
  private static let classNames = ["accuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "BinaryAccuracy"]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "name", "config"])
    let config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    let className = try field.string("class")
    try config.allowOnly(className == "BinaryAccuracy" ? ["threshold"] : [])
    switch className {
    case "accuracy": self = .accuracy
    case "CategoricalAccuracy": self = .categoricalAccuracy
    case "SparseCategoricalAccuracy": self = .sparseCategoricalAccuracy
    case "BinaryAccuracy": self = .binaryAccuracy(threshold: try config.number("threshold", default: 0.5))
    default:
      throw field.complaint("is the unknown metric '\(className)'; known are \(Self.classNames.joined(separator: ", "))")
    }
    name = try field.string("name", default: name)
  }

  var json: JSON {
    switch kind {
    case .accuracy: ["class": "accuracy", "name": .string(name)]
    case .categoricalAccuracy: ["class": "CategoricalAccuracy", "name": .string(name)]
    case .sparseCategoricalAccuracy: ["class": "SparseCategoricalAccuracy", "name": .string(name)]
    case .binaryAccuracy(let threshold):
      ["class": "BinaryAccuracy", "name": .string(name), "config": ["threshold": .number(threshold)]]
    }
  }
}
