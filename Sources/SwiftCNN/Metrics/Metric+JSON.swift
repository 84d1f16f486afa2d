extension Metric {
  private static let plain: [String: Metric] = [
    "accuracy": .accuracy, "CategoricalAccuracy": .categoricalAccuracy,
    "SparseCategoricalAccuracy": .sparseCategoricalAccuracy, "MeanSquaredError": .meanSquaredError,
    "MeanAbsoluteError": .meanAbsoluteError, "RootMeanSquaredError": .rootMeanSquaredError,
    "CosineSimilarity": .cosineSimilarity,
  ]
  /// Its config is a loss in full: that of cosine similarity has the name of the metric that is minus it.
  private static let anyLoss = "loss"
  private static let classNames =
    plain.keys.sorted() + [
      "BinaryAccuracy", "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "AUC", "F1Score", "FBetaScore",
    ]
    + Confusion.Reading.allCases.map(\.rawValue) + ["the losses"]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "name", "weighted", "config"])
    let config = field["config"] ?? JSON.Field([:], path: "\(field.path).config")
    let className = try field.string("class")
    self = try Self.unnamed(className, field, config)
    name = try field.string("name", default: name)
    isWeighted = try field.bool("weighted", default: false)
  }

  private static func unnamed(
    _ className: String, _ field: JSON.Field, _ config: JSON.Field
  ) throws(SwiftCNNError) -> Metric {
    if let metric = plain[className] {
      try config.allowOnly([])
      return metric
    }
    if let reading = Confusion.Reading(rawValue: className) {
      return Metric(.confusion(try confusion(reading, config)), name: className.snakeCase)
    }
    switch className {
    case "BinaryAccuracy":
      try config.allowOnly(["threshold"])
      return .binaryAccuracy(threshold: try config.number("threshold", default: 0.5))
    case "TopKCategoricalAccuracy": return .topKCategoricalAccuracy(k: try config.k())
    case "SparseTopKCategoricalAccuracy": return .sparseTopKCategoricalAccuracy(k: try config.k())
    case "AUC": return .areaUnderCurve(try areaUnderCurve(config))
    case "F1Score", "FBetaScore":
      let name = className == "F1Score" ? "f1_score" : "fbeta_score"
      return Metric(.fScore(try fScore(config, hasBeta: className == "FBetaScore")), name: name)
    case anyLoss: return Metric(.loss(try Loss(config)), name: anyLoss)
    default:
      if let loss = try Loss(className, config) { return Metric(.loss(loss), name: className.snakeCase) }
      throw field.complaint("is the unknown metric '\(className)'; known are \(classNames.joined(separator: ", "))")
    }
  }

  private static func confusion(_ reading: Confusion.Reading, _ config: JSON.Field) throws(SwiftCNNError) -> Confusion {
    let choosesClasses = reading == .precision || reading == .recall
    try config.allowOnly(["thresholds"] + (choosesClasses ? ["top_k", "class_id"] : []))
    let confusion = Confusion(
      reading, threshold: try config.optional("thresholds")?.number(), topK: try config.optional("top_k")?.integer(),
      classID: try config.optional("class_id")?.integer())
    guard 0...1 ~= confusion.threshold ?? 0 else {
      throw config.complaint("has the threshold \(confusion.threshold ?? 0); it must be from 0 to 1")
    }
    if let topK = confusion.topK, topK < 1 { throw config.complaint("has top_k \(topK); it must be at least 1") }
    if let classID = confusion.classID, classID < 0 {
      throw config.complaint("has class_id \(classID); it must be at least 0")
    }
    return confusion
  }

  private static func areaUnderCurve(_ config: JSON.Field) throws(SwiftCNNError) -> AreaUnderCurve {
    try config.allowOnly(["num_thresholds", "curve", "summation_method"])
    let thresholds = try config.integer("num_thresholds", default: 200)
    guard 2...1_000_000 ~= thresholds else {
      throw config.complaint("has num_thresholds \(thresholds); it must be from 2 to 1000000")
    }
    return AreaUnderCurve(
      thresholds: thresholds, curve: try config.choice("curve", default: .roc),
      summation: try config.choice("summation_method", default: .interpolation))
  }

  private static func fScore(_ config: JSON.Field, hasBeta: Bool) throws(SwiftCNNError) -> FScore {
    try config.allowOnly(["average", "threshold"] + (hasBeta ? ["beta"] : []))
    guard config.optional("average") != nil else {
      throw config.complaint(
        "has no average, but a history holds one number, not one for each class; give average micro, macro or weighted")
    }
    let score = FScore(
      average: try config.choice("average", default: .macro), beta: try config.number("beta", default: 1),
      threshold: try config.optional("threshold")?.number())
    guard score.beta > 0, score.beta.isFinite else {
      throw config.complaint("has beta \(score.beta); it must be a finite number above 0")
    }
    guard let threshold = score.threshold, !(threshold > 0 && threshold <= 1) else { return score }
    throw config.complaint("has the threshold \(threshold); it must be above 0 and at most 1")
  }

  var json: JSON {
    switch kind {
    case .binaryAccuracy(let threshold): json("BinaryAccuracy", ["threshold": .number(threshold)])
    case .topKCategoricalAccuracy(let k): json("TopKCategoricalAccuracy", ["k": .integer(k)])
    case .sparseTopKCategoricalAccuracy(let k): json("SparseTopKCategoricalAccuracy", ["k": .integer(k)])
    case .areaUnderCurve(let curve):
      json(
        "AUC",
        [
          "num_thresholds": .integer(curve.thresholds), "curve": .string(curve.curve.rawValue),
          "summation_method": .string(curve.summation.rawValue),
        ])
    case .confusion(let confusion): json(confusion.reading.rawValue, confusion.config)
    case .fScore(let score): json(score.beta == 1 ? "F1Score" : "FBetaScore", score.config)
    case .loss(let loss) where loss == .other(.cosineSimilarity): json(Self.anyLoss, loss.json)
    case .loss(let loss): json(loss.className, .object(loss.config))
    // Invariant: all that has settings is above.
    default: json(Self.plain.first { $0.value.kind == kind }!.key, nil)
    }
  }

  private func json(_ className: String, _ config: JSON?) -> JSON {
    var json: JSON.Object = ["class": .string(className), "name": .string(name)]
    if isWeighted { json["weighted"] = true }
    if let config { json["config"] = config }
    return .object(json)
  }
}

extension Confusion {
  fileprivate var config: JSON {
    var config: JSON.Object = ["thresholds": threshold.map(JSON.number) ?? .null]
    if reading == .precision || reading == .recall {
      config["top_k"] = topK.map(JSON.integer) ?? .null
      config["class_id"] = classID.map(JSON.integer) ?? .null
    }
    return .object(config)
  }
}

extension FScore {
  fileprivate var config: JSON {
    var config: JSON.Object = ["average": .string(average.rawValue), "threshold": threshold.map(JSON.number) ?? .null]
    if beta != 1 { config["beta"] = .number(beta) }
    return .object(config)
  }
}

extension JSON.Field {
  fileprivate func k() throws(SwiftCNNError) -> Int {
    try allowOnly(["k"])
    let k = try integer("k", default: 5)
    guard k >= 1 else { throw complaint("has k \(k); it must be at least 1") }
    return k
  }
}

extension String {
  /// "TruePositives" as "true_positives".
  fileprivate var snakeCase: String {
    reduce(into: "") { text, letter in
      if letter.isUppercase && !text.isEmpty { text += "_" }
      text += letter.lowercased()
    }
  }
}
