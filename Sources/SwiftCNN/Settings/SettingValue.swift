/// A type of setting. It can be read from JSON and written to JSON.
protocol SettingValue {
  /// Throws an error with the name of the field, what was expected and what was received.
  init(setting field: JSON.Field) throws(SwiftCNNError)
  var json: JSON { get }
  static var type: SettingType { get }
  /// Whether null in JSON means the default.
  static var nullIsDefault: Bool { get }
}

extension SettingValue {
  static var nullIsDefault: Bool { false }
}

/// The name of a setting's type for tools. `tools/generate_python.py` has the type and the check in Python for each.
struct SettingType {
  var name: String
  /// Whether null is allowed.
  var isOptional = false
  /// The allowed names, if there are no others.
  var choices: [String] = []
  /// Other names for some of the allowed names.
  var aliases: [String: String] = [:]

  init(_ name: String) { self.name = name }

  /// The same type with another name, if there is one.
  func named(_ name: String?) -> SettingType {
    var type = self
    type.name = name ?? self.name
    return type
  }
}

extension Bool: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { self = try field.bool() }
  var json: JSON { .bool(self) }
  static var type: SettingType { SettingType("boolean") }
}

extension Int: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { self = try field.integer() }
  var json: JSON { .integer(self) }
  static var type: SettingType { SettingType("integer") }
}

/// A seed of random numbers.
extension UInt64: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { self = try field.unsigned() }
  var json: JSON { JSON(self) }
  static var type: SettingType { SettingType("seed") }
}

extension Double: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { self = try field.number() }
  var json: JSON { .number(self) }
  static var type: SettingType { SettingType("number") }
}

extension Array: SettingValue where Element: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) {
    self = []
    for element in try field.elements() { append(try Element(setting: element)) }
  }
  var json: JSON { .array(map(\.json)) }
  /// "numbers" for an array of "number".
  static var type: SettingType { SettingType(Element.type.name + "s") }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) {
    self = field.value == .null ? nil : try Wrapped(setting: field)
  }
  var json: JSON { self?.json ?? .null }
  static var type: SettingType {
    var type = Wrapped.type
    type.isOptional = true
    return type
  }
}

/// One of several names. Raw values are Keras's names.
protocol SettingChoice: SettingValue, RawRepresentable<String>, CaseIterable {
  /// Other names, with the name that each stands for.
  static var aliases: [String: String] { get }
}

extension SettingChoice {
  static var aliases: [String: String] { [:] }

  init(setting field: JSON.Field) throws(SwiftCNNError) {
    let name = try field.string()
    guard let choice = Self(rawValue: Self.aliases[name] ?? name) else {
      throw field.complaint("must be \(Self.type.choices.map { "'\($0)'" }.joined(separator: " or ")), got \(field.value.text)")
    }
    self = choice
  }
  var json: JSON { .string(rawValue) }
  static var type: SettingType {
    var type = SettingType("choice")
    type.choices = allCases.map(\.rawValue)
    type.aliases = aliases
    return type
  }
}

/// Several values. A single value is written without a list.
struct OneOrMore<Element: SettingValue & Sendable>: SettingValue, Sendable {
  var values: [Element]

  init(_ values: [Element]) { self.values = values }

  init(setting field: JSON.Field) throws(SwiftCNNError) {
    if case .array = field.value { values = try [Element](setting: field) } else { values = [try Element(setting: field)] }
  }
  var json: JSON { values.count == 1 ? values[0].json : values.json }
  static var type: SettingType { SettingType("one_or_more_\(Element.type.name)s") }
  static var nullIsDefault: Bool { true }
}

extension Array where Element: SettingValue & Sendable {
  /// For the row of a setting with a list: `\.axes.oneOrMore`.
  var oneOrMore: OneOrMore<Element> {
    get { OneOrMore(self) }
    set { self = newValue.values }
  }

  /// The same, where null means the empty list.
  var oneOrMoreOrNone: OneOrMore<Element>? {
    get { isEmpty ? nil : OneOrMore(self) }
    set { self = newValue?.values ?? [] }
  }
}
