/// Parses the subset of Python's literals in .npy headers:
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct PythonLiteral {
  enum Value: Equatable {
    case string(String)
    case bool(Bool)
    case tuple([Int])
  }

  private let text: [UInt8]
  private var position = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = Array(text) }

  mutating func parseDictionary() throws(SwiftCNNError) -> [String: Value] {
    var members: [String: Value] = [:]
    try expect("{")
    while !accept("}") {
      let key = try parseString()
      try expect(":")
      guard members.updateValue(try parseValue(), forKey: key) == nil else { throw malformed("the key \(key) appears twice") }
      guard accept(",") || peek == UInt8(ascii: "}") else { throw malformed("expected ',' or '}'") }
    }
    skipSpace()
    guard position == text.count else { throw malformed("text after the closing '}'") }
    return members
  }

  private mutating func parseValue() throws(SwiftCNNError) -> Value {
    if accept("(") { return .tuple(try parseTuple()) }
    if accept("T") { return .bool(try finishWord("rue", true)) }
    if accept("F") { return .bool(try finishWord("alse", false)) }
    return .string(try parseString())
  }

  private mutating func parseTuple() throws(SwiftCNNError) -> [Int] {
    var elements: [Int] = []
    while !accept(")") {
      elements.append(try parseInteger())
      guard accept(",") || peek == UInt8(ascii: ")") else { throw malformed("expected ',' or ')'") }
    }
    return elements
  }

  private mutating func parseInteger() throws(SwiftCNNError) -> Int {
    skipSpace()
    let start = position
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
      throw malformed("expected a size from 0 to 2^63 - 1")
    }
    // Python 2 wrote long integers with a trailing L.
    _ = accept("L")
    return value
  }

  private mutating func parseString() throws(SwiftCNNError) -> String {
    let quote: Unicode.Scalar = accept("'") ? "'" : "\""
    if quote == "\"" { try expect("\"") }
    let start = position
    while let byte = peek, byte != UInt8(ascii: quote) { position += 1 }
    let string = String(decoding: text[start..<position], as: UTF8.self)
    try expect(quote)
    return string
  }

  private mutating func finishWord(_ rest: StaticString, _ value: Bool) throws(SwiftCNNError) -> Bool {
    for index in 0..<rest.utf8CodeUnitCount {
      guard peek == rest.utf8Start[index] else { throw malformed("expected True or False") }
      position += 1
    }
    return value
  }
}

extension PythonLiteral {
  private var peek: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while peek == 0x20 || peek == 0x0A { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SwiftCNNError) {
    guard accept(character) else { throw malformed("expected '\(character)'") }
  }

  private func malformed(_ problem: String) -> SwiftCNNError {
    .invalidValue("the .npy header is malformed at byte \(position): \(problem)")
  }
}
