extension JSON {
  /// A value with the path that leads to it, so that every error names the field: "layers[2].config.filters".
  struct Field {
    let value: JSON
    let path: String

    init(_ value: JSON, path: String = "") {
      self.value = value
      self.path = path
    }
  }
}

// MARK: Members

extension JSON.Field {
  /// The member `key`, or nil if there is none.
  subscript(key: String) -> JSON.Field? {
    value[key].map { JSON.Field($0, path: path.isEmpty ? key : "\(path).\(key)") }
  }

  func member(_ key: String) throws(SwiftCNNError) -> JSON.Field {
    let object = try object()
    if let member = self[key] { return member }
    throw complaint("lacks the field '\(key)'; it has \(Self.list(object.keys))")
  }

  /// Throws for a misspelt or unknown member instead of ignoring it.
  func allowOnly(_ known: [String]) throws(SwiftCNNError) {
    for key in try object().keys where !known.contains(key) {
      throw complaint("has the unknown field \(JSON.quoted(key)); known are \(Self.list(known))")
    }
  }

  func object(_ key: String) throws(SwiftCNNError) -> JSON.Field {
    let field = try member(key)
    _ = try field.object()
    return field
  }

  func array(_ key: String) throws(SwiftCNNError) -> [JSON.Field] {
    try member(key).elements()
  }

  func string(_ key: String, default missing: String? = nil) throws(SwiftCNNError) -> String {
    if let missing, self[key] == nil { return missing }
    return try member(key).string()
  }

  func integer(_ key: String, default missing: Int? = nil) throws(SwiftCNNError) -> Int {
    if let missing, self[key] == nil { return missing }
    return try member(key).integer()
  }

  func unsigned(_ key: String, default missing: UInt64? = nil) throws(SwiftCNNError) -> UInt64 {
    if let missing, self[key] == nil { return missing }
    return try member(key).unsigned()
  }

  func integers(_ key: String, default missing: [Int]? = nil) throws(SwiftCNNError) -> [Int] {
    if let missing, self[key] == nil { return missing }
    return try member(key).integers()
  }

  func number(_ key: String, default missing: Double? = nil) throws(SwiftCNNError) -> Double {
    if let missing, self[key] == nil { return missing }
    return try member(key).number()
  }

  func bool(_ key: String, default missing: Bool? = nil) throws(SwiftCNNError) -> Bool {
    if let missing, self[key] == nil { return missing }
    return try member(key).bool()
  }

  /// The member `key` as one of the names of `Choice`.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, default missing: Choice
  ) throws(SwiftCNNError) -> Choice {
    let name = try string(key, default: missing.rawValue)
    guard let choice = Choice(rawValue: name) else {
      throw complaint("has \(key) '\(name)'; known are \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  /// The member `key`, or nil if it is missing or null.
  func optional(_ key: String) -> JSON.Field? {
    self[key].flatMap { $0.value == .null ? nil : $0 }
  }
}

// MARK: This value as a type

extension JSON.Field {
  func object() throws(SwiftCNNError) -> JSON.Object {
    guard case .object(let object) = value else { throw mismatch("an object") }
    return object
  }

  func elements() throws(SwiftCNNError) -> [JSON.Field] {
    guard case .array(let elements) = value else { throw mismatch("an array") }
    return elements.enumerated().map { JSON.Field($1, path: "\(path)[\($0)]") }
  }

  func string() throws(SwiftCNNError) -> String {
    guard case .string(let string) = value else { throw mismatch("a string") }
    return string
  }

  func integer() throws(SwiftCNNError) -> Int {
    guard case .integer(let integer) = value else { throw mismatch("an integer within 64 bits") }
    return integer
  }

  func unsigned() throws(SwiftCNNError) -> UInt64 {
    if case .unsigned(let integer) = value { return integer }
    guard case .integer(let integer) = value, integer >= 0 else { throw mismatch("an integer from 0 to 2^64 - 1") }
    return UInt64(integer)
  }

  func integers() throws(SwiftCNNError) -> [Int] {
    var integers: [Int] = []
    for element in try elements() { integers.append(try element.integer()) }
    return integers
  }

  /// An integer counts as a number.
  func number() throws(SwiftCNNError) -> Double {
    switch value {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    case .unsigned(let integer): return Double(integer)
    default: throw mismatch("a number")
    }
  }

  func bool() throws(SwiftCNNError) -> Bool {
    guard case .bool(let bool) = value else { throw mismatch("true or false") }
    return bool
  }
}

// MARK: Errors

extension JSON.Field {
  /// An error about this field, such as "layers[2].config has the unknown field …". `problem` follows the field's name.
  func complaint(_ problem: String) -> SwiftCNNError {
    .invalidValue("\(path.isEmpty ? "the JSON" : path) \(problem)")
  }

  private func mismatch(_ expected: String) -> SwiftCNNError {
    let quote = value.briefText
    return complaint("must be \(expected), got \(value.kind == quote ? quote : "\(value.kind): \(quote)")")
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}

extension JSON {
  /// The text of the value for error messages, or its beginning.
  var briefText: String {
    let text = if case .number(let number) = self { number.description } else { self.text }  // of NaN, too
    let longest = 60
    return text.count > longest ? "\(text.prefix(longest))…" : text
  }
}
