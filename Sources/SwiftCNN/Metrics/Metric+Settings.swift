// Reading and writing metrics: the metrics' own classes, and every loss by its class name.

extension Metric {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "name", "weighted", "config"])
    self = try Self.unnamed(
      try field.string("class"), field, field["config"] ?? JSON.Field([:], path: "\(field.path).config"))
    try function.checkSettings()
    name = try field.string("name", default: name)
    isWeighted = try field.bool("weighted", default: false)
  }

  private static func unnamed(
    _ className: String, _ field: JSON.Field, _ config: JSON.Field
  ) throws(SwiftCNNError) -> Metric {
    if let standard = registry.first(where: { $0.function.className == className }) {
      return Metric(try standard.function.reading(config))
    }
    if className == LossMetric.className { return Metric(LossMetric(loss: try Loss(config))) }
    if let standard = Loss.registry.first(where: { $0.className == className }) {
      return .loss(try Loss(standard, config))
    }
    let known = (registry.map(\.function.className) + ["the losses"]).joined(separator: ", ")
    throw field.complaint("is the unknown metric '\(className)'; known are \(known)")
  }

  var json: JSON {
    var json: JSON.Object = ["class": .string(function.className), "name": .string(name)]
    if isWeighted { json["weighted"] = true }
    guard let loss = (function as? LossMetric)?.loss else {
      let config = function.config
      if !config.keys.isEmpty { json["config"] = .object(config) }
      return .object(json)
    }
    // The metric with the same name as this loss is minus the loss.
    let isInFull = loss == .cosineSimilarity
    if !isInFull { json["class"] = .string(loss.className) }
    json["config"] = isInFull ? loss.json : .object(loss.function.config)
    return .object(json)
  }

  /// The classes for tools that generate text: the metrics, and the losses that are also metrics in Keras.
  static var schemas: [JSON] { registry.map(\.schema) + Loss.registry.compactMap(\.metricSchema) }

  private var schema: JSON {
    let kind = type(of: function)
    guard case .object(var schema) = function.schema else { return .null }
    schema.describeMetric(kind.kerasClassName, engineClass: kind.className, name: kind.defaultName)
    if kind.leadingSettings > 0 { schema["leading"] = .integer(kind.leadingSettings) }
    if kind.isOfRows { schema["of_rows"] = true }
    if !kind.moreIsBetter { schema["more_is_better"] = false }
    return .object(schema)
  }
}

extension Loss {
  /// Its name as a metric in histories.
  var metricName: String { type(of: function).metricNames?.name ?? className.snakeCase }

  /// The metric that computes this loss, with the settings of the loss; nil if Keras has none.
  fileprivate var metricSchema: JSON? {
    guard let names = type(of: function).metricNames, case .object(var schema) = schema else { return nil }
    schema["summary"] = .string("\(type(of: function).summary) The loss `\(className)` as a metric.")
    schema.describeMetric(names.className, engineClass: className, name: names.name)
    schema["more_is_better"] = false
    return .object(schema)
  }
}

extension JSON.Object {
  fileprivate mutating func describeMetric(_ kerasClass: String, engineClass: String, name: String) {
    self["class"] = .string(kerasClass)
    if engineClass != kerasClass { self["engine_class"] = .string(engineClass) }
    self["default_name"] = .string(name)
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
