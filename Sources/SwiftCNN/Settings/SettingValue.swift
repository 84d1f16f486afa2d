/// What a setting can hold: it is read from JSON and written to it.
protocol SettingValue {
  /// Throws a complaint that names the field, what was expected and what is there.
  init(setting field: JSON.Field) throws(SwiftCNNError)
  var json: JSON { get }
  static var type: SettingType { get }
  /// Whether null in JSON means the default.
  static var nullIsDefault: Bool { get }
}

extension SettingValue {
  static var nullIsDefault: Bool { false }
}

/// A setting's type as tools call it; `tools/generate_python.py` has Python's type and check for each.
struct SettingType {
  var name: String
  /// Whether null is allowed.
  var isOptional = false
  /// The names that are allowed, if these are all.
  var choices: [String] = []
  /// Other names for some of them.
  var aliases: [String: String] = [:]

  init(_ name: String) { self.name = name }

  /// The same by another name, if there is one.
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

/// One of several names; raw values are Keras's.
protocol SettingChoice: SettingValue, RawRepresentable<String>, CaseIterable {
  /// Other names, and which each stands for.
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

/// Several values, of which a single one is written without a list.
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
  /// For the row of a setting that a list holds: `\.axes.oneOrMore`.
  var oneOrMore: OneOrMore<Element> {
    get { OneOrMore(self) }
    set { self = newValue.values }
  }

  /// The same, where null stands for the empty list.
  var oneOrMoreOrNone: OneOrMore<Element>? {
    get { isEmpty ? nil : OneOrMore(self) }
    set { self = newValue?.values ?? [] }
  }
}
