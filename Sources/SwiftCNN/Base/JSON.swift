/// A JSON value. Numbers keep their kind: `1` is an integer, `1.0` a number. Each is written as it was read.
enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Used only for integers above `Int.max`; `JSON(_: UInt64)` chooses.
  case unsigned(UInt64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object(Object)

  init(_ value: UInt64) {
    self = Int(exactly: value).map(JSON.integer) ?? .unsigned(value)
  }

  init(_ values: [Int]) {
    self = .array(values.map(JSON.integer))
  }

  /// The value of an object's member; nil if this is no object or has no such member.
  subscript(key: String) -> JSON? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }

  /// The name of this kind of value in error messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .unsigned: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON {
  /// An object's members in the order in which they were added. Equal objects have the same order.
  struct Object: Equatable, Sendable {
    private(set) var keys: [String] = []
    private(set) var values: [JSON] = []
    private var positions: [String: Int] = [:]

    var count: Int { keys.count }

    /// Setting a new key appends it; setting nil removes the key.
    subscript(key: String) -> JSON? {
      get { positions[key].map { values[$0] } }
      set {
        guard let newValue else { return remove(key) }
        if let position = positions[key] {
          values[position] = newValue
        } else {
          append(key, newValue)
        }
      }
    }

    private mutating func append(_ key: String, _ value: JSON) {
      positions[key] = keys.count
      keys.append(key)
      values.append(value)
    }

    private mutating func remove(_ key: String) {
      guard let removed = positions.removeValue(forKey: key) else { return }
      keys.remove(at: removed)
      values.remove(at: removed)
      for (position, key) in keys.enumerated().dropFirst(removed) { positions[key] = position }
    }
  }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral members: (String, JSON)...) {
    for (key, value) in members { self[key] = value }
  }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  init(dictionaryLiteral members: (String, JSON)...) {
    var object = Object()
    for (key, value) in members { object[key] = value }
    self = .object(object)
  }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
}
