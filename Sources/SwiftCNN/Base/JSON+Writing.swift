extension JSON {
  /// Compact JSON. Doubles take the fewest digits that read back as the same double. JSON knows no NaN and no infinity:
  /// they become null, as in JavaScript.
  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// `string` as a JSON string, quotes included.
  static func quoted(_ string: String) -> String {
    var text = ""
    write(string, to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .unsigned(let value): text += String(value)
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let elements): Self.write(elements, to: &text)
    case .object(let object): Self.write(object, to: &text)
    }
  }

  private static func write(_ elements: [JSON], to text: inout String) {
    text += "["
    for (index, element) in elements.enumerated() {
      if index > 0 { text += ", " }
      element.write(to: &text)
    }
    text += "]"
  }

  private static func write(_ object: Object, to text: inout String) {
    text += "{"
    for (index, (key, value)) in zip(object.keys, object.values).enumerated() {
      if index > 0 { text += ", " }
      write(key, to: &text)
      text += ": "
      value.write(to: &text)
    }
    text += "}"
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\u{0}"..."\u{1F}": text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
