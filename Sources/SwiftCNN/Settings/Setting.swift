/// One setting of a value that describes a part of a model, such as `strides` of a convolution or `beta_1` of Adam.
///
/// It is declared once, as a row of `Described.settings`. From the rows come: reading and writing JSON, the checks with their
/// messages, the signatures and docstrings of Python's classes, and the tables of docs/settings.md.
struct Setting<Owner> {
  /// Keras's name, in Python and in files.
  let name: String
  /// What it means, for docstrings and tables.
  let doc: String
  let type: SettingType
  /// Whether it has no default. Defaults are what the registry's value of the class holds.
  let isRequired: Bool
  /// Whether Python takes None for the default.
  var noneIsDefault = false
  /// Values that Python accepts for an argument that the engine does not have; nil for a setting of the engine.
  var fixed: FixedArgument?
  /// Whether Python takes it by keyword only, since Keras has other arguments before it.
  var isKeywordOnly = false
  /// What older scripts call it in Python, which still works, with a warning.
  var oldName: String?

  fileprivate let read: (inout Owner, JSON.Field) throws(SwiftCNNError) -> Void
  fileprivate let write: (Owner) -> JSON
  /// What it must be, if it is not.
  fileprivate let violated: (Owner) -> String?
}

/// An argument of Keras's with which nothing can be chosen here.
struct FixedArgument {
  /// The default first.
  let values: [JSON]
  /// Why no other value, and what to do instead.
  let hint: String
}

extension Setting {
  /// - Parameters:
  ///   - requirement: what values it may have.
  ///   - isRequired: whether it must be given.
  ///   - type: what tools call its type, if they treat it otherwise than others of `Value`.
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

  /// The same for a setting that may be left out with null.
  init<Value: SettingValue>(
    _ name: String, optional path: WritableKeyPath<Owner, Value?>, _ requirement: Requirement<Value> = .any,
    type: String? = nil, doc: String
  ) {
    let orNone = Requirement<Value?>("\(requirement.text), or null") { $0.map(requirement.holds) ?? true }
    self.init(name, path, orNone, type: type, doc: doc)
  }

  /// The same, in Python by keyword only.
  func keywordOnly() -> Setting {
    var setting = self
    setting.isKeywordOnly = true
    return setting
  }

  /// The same, which older scripts call `old` in Python.
  func renamed(from old: String) -> Setting {
    var setting = self
    setting.oldName = old
    return setting
  }

  /// An argument that Python accepts with these values only, the default first; the engine does not know it.
  static func fixed(_ name: String, _ values: [JSON], hint: String, doc: String) -> Setting {
    Setting(
      name: name, doc: doc, type: SettingType("fixed"), isRequired: false, fixed: FixedArgument(values: values, hint: hint),
      read: { _, _ throws(SwiftCNNError) in }, write: { _ in .null }, violated: { _ in nil })
  }

  /// The same setting, for which Python takes None as the default.
  var orDefault: Setting {
    var setting = self
    setting.noneIsDefault = true
    return setting
  }

  /// The setting as one of a value that holds the owner.
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
  /// The names of what the engine knows.
  func names<Owner>() -> [String] where Element == Setting<Owner> { filter { $0.fixed == nil }.map(\.name) }

  /// Sets what `config` has; the rest stays as it is.
  func read<Owner>(_ config: JSON.Field, into owner: inout Owner) throws(SwiftCNNError) where Element == Setting<Owner> {
    for setting in self where setting.fixed == nil {
      guard let field = setting.isRequired ? try config.member(setting.name) : config[setting.name] else { continue }
      try setting.read(&owner, field)
    }
  }

  /// Writes all of them, in order.
  func write<Owner>(_ owner: Owner, to config: inout JSON.Object) where Element == Setting<Owner> {
    for setting in self where setting.fixed == nil { config[setting.name] = setting.write(owner) }
  }

  /// Throws for the first whose value is not allowed. - Parameter title: what the message calls the owner.
  func check<Owner>(_ owner: Owner, _ title: String) throws(SwiftCNNError) where Element == Setting<Owner> {
    for setting in self {
      guard let requirement = setting.violated(owner) else { continue }
      throw .invalidValue("\(title): \(setting.name) must be \(requirement), got \(setting.write(owner).briefText)")
    }
  }

  /// The rows for tools that write text of them. - Parameter defaults: a value with all defaults.
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
