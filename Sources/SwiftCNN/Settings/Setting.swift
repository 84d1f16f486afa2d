/// One setting of a value that describes a part of a model, for example `strides` of a convolution or `beta_1` of Adam.
///
/// Each setting is declared once, as a row of `Described.settings`. Other code uses these rows: for reading and writing JSON, for
/// the checks with their error messages, for the signatures and docstrings of Python's classes, and for the tables of
/// docs/settings.md.
struct Setting<Owner> {
  /// Its name in Keras, which is also used in Python and in files.
  let name: String
  /// Its meaning, for docstrings and tables.
  let doc: String
  let type: SettingType
  /// Whether it has no default. Defaults are those of the class's value in the registry.
  let isRequired: Bool
  /// Whether None means the default in Python.
  var noneIsDefault = false
  /// The values that Python accepts for an argument that the engine does not have; nil for a setting of the engine.
  var fixed: FixedArgument?
  /// Whether Python accepts it as a keyword only, because Keras has other arguments before it.
  var isKeywordOnly = false
  /// Its old name in Python, which still works but causes a warning.
  var oldName: String?

  fileprivate let read: (inout Owner, JSON.Field) throws(SwiftCNNError) -> Void
  fileprivate let write: (Owner) -> JSON
  /// The requirement that the value does not meet; nil if it meets it.
  fileprivate let violated: (Owner) -> String?
}

/// An argument of Keras that has no effect here.
struct FixedArgument {
  /// The accepted values, with the default first.
  let values: [JSON]
  /// The reason why no other value is accepted, and what to do instead.
  let hint: String
}

extension Setting {
  /// - Parameters:
  ///   - requirement: the values that are allowed.
  ///   - isRequired: whether it has no default.
  ///   - type: the name of its type for tools, if they treat it differently from others of `Value`.
  init<Value: SettingValue>(
    _ name: String, _ path: WritableKeyPath<Owner, Value>, _ requirement: Requirement<Value> = .any,
    isRequired: Bool = false, type: String? = nil, doc: String
  ) {
    self.name = name
    self.doc = doc
    self.isRequired = isRequired
    self.type = Value.type.named(type)
    read = { owner, field throws(SwiftCNNError) in
      if Value.nullIsDefault, !isRequired, field.value == .null { return }
      owner[keyPath: path] = try Value(setting: field)
    }
    write = { $0[keyPath: path].json }
    violated = { requirement.holds($0[keyPath: path]) ? nil : requirement.text }
  }

  /// The same for a setting that can be omitted with null.
  init<Value: SettingValue>(
    _ name: String, optional path: WritableKeyPath<Owner, Value?>, _ requirement: Requirement<Value> = .any,
    type: String? = nil, doc: String
  ) {
    let orNone = Requirement<Value?>("\(requirement.text), or null") { $0.map(requirement.holds) ?? true }
    self.init(name, path, orNone, type: type, doc: doc)
  }

  /// The same, as a keyword only in Python.
  func keywordOnly() -> Setting {
    var setting = self
    setting.isKeywordOnly = true
    return setting
  }

  /// The same, with the old name `old` in Python.
  func renamed(from old: String) -> Setting {
    var setting = self
    setting.oldName = old
    return setting
  }

  /// An argument that Python accepts with these values only, the default first. The engine does not have it.
  static func fixed(_ name: String, _ values: [JSON], hint: String, doc: String) -> Setting {
    Setting(
      name: name, doc: doc, type: SettingType("fixed"), isRequired: false, fixed: FixedArgument(values: values, hint: hint),
      read: { _, _ throws(SwiftCNNError) in }, write: { _ in .null }, violated: { _ in nil })
  }

  /// The same setting, where None means the default in Python.
  var orDefault: Setting {
    var setting = self
    setting.noneIsDefault = true
    return setting
  }

  /// The same setting for a value that contains the owner.
  func within<Outer>(_ path: WritableKeyPath<Outer, Owner>) -> Setting<Outer> {
    Setting<Outer>(
      name: name, doc: doc, type: type, isRequired: isRequired, noneIsDefault: noneIsDefault, fixed: fixed,
      isKeywordOnly: isKeywordOnly, oldName: oldName,
      read: { outer, field throws(SwiftCNNError) in try read(&outer[keyPath: path], field) },
      write: { write($0[keyPath: path]) }, violated: { violated($0[keyPath: path]) })
  }
}

// MARK: - All settings of a value

extension Array {
  /// The names of the engine's settings.
  func names<Owner>() -> [String] where Element == Setting<Owner> { filter { $0.fixed == nil }.map(\.name) }

  /// Sets the settings that are in `config`. The others do not change.
  func read<Owner>(_ config: JSON.Field, into owner: inout Owner) throws(SwiftCNNError) where Element == Setting<Owner> {
    for setting in self where setting.fixed == nil {
      guard let field = setting.isRequired ? try config.member(setting.name) : config[setting.name] else { continue }
      try setting.read(&owner, field)
    }
  }

  /// Writes all settings, in order.
  func write<Owner>(_ owner: Owner, to config: inout JSON.Object) where Element == Setting<Owner> {
    for setting in self where setting.fixed == nil { config[setting.name] = setting.write(owner) }
  }

  /// Throws for the first value that is not allowed. - Parameter title: the name of the owner in error messages.
  func check<Owner>(_ owner: Owner, _ title: String) throws(SwiftCNNError) where Element == Setting<Owner> {
    for setting in self {
      guard let requirement = setting.violated(owner) else { continue }
      throw .invalidValue("\(title): \(setting.name) must be \(requirement), got \(setting.write(owner).briefText)")
    }
  }

  /// The rows for tools that generate text. - Parameter defaults: a value with all defaults.
  func schema<Owner>(defaults: Owner) -> JSON where Element == Setting<Owner> {
    .array(
      map { setting in
        var row: JSON.Object = ["name": .string(setting.name), "doc": .string(setting.doc), "type": .string(setting.type.name)]
        if setting.type.isOptional { row["optional"] = true }
        if setting.noneIsDefault { row["none_is_default"] = true }
        if setting.isKeywordOnly { row["keyword_only"] = true }
        if let old = setting.oldName { row["old_name"] = .string(old) }
        if !setting.type.choices.isEmpty { row["choices"] = .array(setting.type.choices.map(JSON.string)) }
        if !setting.type.aliases.isEmpty {
          let aliases = setting.type.aliases.sorted { $0.key < $1.key }
          row["aliases"] = .object(aliases.reduce(into: [:]) { $0[$1.key] = .string($1.value) })
        }
        if let fixed = setting.fixed {
          row["values"] = .array(fixed.values)
          row["hint"] = .string(fixed.hint)
        } else if !setting.isRequired {
          row["default"] = setting.write(defaults)
        }
        return .object(row)
      })
  }
}
