extension JSON {
  static let maximumDepth = 64
  static let maximumBytes = 100 << 20
  /// Limits the memory that a small hostile text ("[[],[],[],…") can cause to be allocated.
  static let maximumValues = 2_000_000

  /// Approximate memory for each byte of text, and for each value.
  private static let bytesOfText = 40
  private static let bytesOfValue = 120

  static func parse(_ text: String) throws(SwiftCNNError) -> JSON {
    try Array(text.utf8).withUnsafeBufferPointer { bytes throws(SwiftCNNError) in try parse(bytes) }
  }

  /// Parses one strict JSON value (RFC 8259): no trailing text, no duplicate keys, valid UTF-8, at most 64 levels.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(SwiftCNNError) -> JSON {
    guard bytes.count <= maximumBytes else {
      throw .invalidValue("JSON text of \(bytes.count) bytes is too long; at most \(maximumBytes) bytes are read")
    }
    try Memory.ensureAvailable(min(bytes.count * bytesOfText, maximumValues * bytesOfValue), for: "reading JSON text")
    var parser = JSONParser(bytes)
    return try parser.parseDocument()
  }
}

/// A recursive-descent parser. The depth limit bounds the recursion, and the value limit bounds the memory.
private struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0
  private var valueCount = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func parseDocument() throws(SwiftCNNError) -> JSON {
    let value = try parseValue()
    skipWhitespace()
    guard position == bytes.count else { throw unexpected(expected: "the end of the text") }
    return value
  }

  private mutating func parseValue() throws(SwiftCNNError) -> JSON {
    valueCount += 1
    guard valueCount <= JSON.maximumValues else { throw failure("more than \(JSON.maximumValues) values") }
    skipWhitespace()
    switch peek {
    case UInt8(ascii: "{"): return .object(try nested { parser throws(SwiftCNNError) in try parser.parseObject() })
    case UInt8(ascii: "["): return .array(try nested { parser throws(SwiftCNNError) in try parser.parseArray() })
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case let byte where byte == UInt8(ascii: "-") || isDigit(byte): return try parseNumber()
    default: throw unexpected(expected: "a value")
    }
  }

  private mutating func nested<Value>(
    _ parse: (inout JSONParser) throws(SwiftCNNError) -> Value
  ) throws(SwiftCNNError) -> Value {
    depth += 1
    guard depth <= JSON.maximumDepth else { throw failure("nested deeper than \(JSON.maximumDepth) levels") }
    let value = try parse(&self)
    depth -= 1
    return value
  }

  private mutating func parseObject() throws(SwiftCNNError) -> JSON.Object {
    var object = JSON.Object()
    position += 1
    if accept("}") { return object }
    repeat {
      skipWhitespace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected(expected: "a key in double quotes") }
      let key = try parseString()
      guard object[key] == nil else { throw failure("the key \(JSON.quoted(key)) appears twice in one object") }
      guard accept(":") else { throw unexpected(expected: "':'") }
      object[key] = try parseValue()
    } while accept(",")
    guard accept("}") else { throw unexpected(expected: "',' or '}'") }
    return object
  }

  private mutating func parseArray() throws(SwiftCNNError) -> [JSON] {
    var elements: [JSON] = []
    position += 1
    if accept("]") { return elements }
    repeat { elements.append(try parseValue()) } while accept(",")
    guard accept("]") else { throw unexpected(expected: "',' or ']'") }
    return elements
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(SwiftCNNError) -> JSON {
    for index in 0..<word.utf8CodeUnitCount {
      guard peek == word.utf8Start[index] else { throw unexpected(expected: "'\(word)'") }
      position += 1
    }
    return value
  }
}

// MARK: Numbers

extension JSONParser {
  /// Longer numbers are errors: no double needs more digits, and converting them takes time.
  private static let maximumNumberLength = 1024

  private mutating func parseNumber() throws(SwiftCNNError) -> JSON {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") { position += 1 } else { try parseDigits() }
    var isInteger = true
    if peek == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try parseDigits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try parseDigits()
    }
    let end = min(position, start + Self.maximumNumberLength)
    return try number(String(decoding: bytes[start..<end], as: UTF8.self), isInteger)
  }

  private mutating func parseDigits() throws(SwiftCNNError) {
    guard isDigit(peek) else { throw unexpected(expected: "a digit") }
    while isDigit(peek) { position += 1 }
  }

  private func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private func number(_ text: String, _ isInteger: Bool) throws(SwiftCNNError) -> JSON {
    guard text.utf8.count < Self.maximumNumberLength else {
      throw failure("a number of \(Self.maximumNumberLength) or more characters")
    }
    if isInteger {
      if let value = Int(text) { return .integer(value) }
      if let value = UInt64(text) { return .unsigned(value) }
    }
    guard let value = Double(text), value.isFinite else {
      throw failure("the number \(text) is beyond the range of a 64-bit floating-point number")
    }
    return .number(value)
  }
}

// MARK: Strings

extension JSONParser {
  private mutating func parseString() throws(SwiftCNNError) -> String {
    position += 1
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    var content = Array(bytes[start..<position])
    while peek != UInt8(ascii: "\"") { try parseCharacter(into: &content) }
    position += 1
    guard let string = String(validating: content, as: UTF8.self) else { throw failure("a string that is not valid UTF-8") }
    return string
  }

  private mutating func parseCharacter(into content: inout [UInt8]) throws(SwiftCNNError) {
    guard let byte = peek else { throw unexpected(expected: "'\"' at the end of a string") }
    guard byte >= 0x20 else { throw failure("a control character in a string; write it as an escape, such as \\n") }
    position += 1
    if byte == UInt8(ascii: "\\") {
      try parseEscape(into: &content)
    } else {
      content.append(byte)
    }
  }

  private mutating func parseEscape(into content: inout [UInt8]) throws(SwiftCNNError) {
    let letter = peek
    guard letter != UInt8(ascii: "u") else {
      position += 1
      return content.append(contentsOf: String(try parseEscapedScalar()).utf8)
    }
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(bytes[position])
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    default: throw unexpected(expected: "one of \" \\ / b f n r t u after '\\'")
    }
    position += 1
  }

  /// The scalar of `\uXXXX`, or of a pair of them that are the halves of a UTF-16 surrogate pair.
  private mutating func parseEscapedScalar() throws(SwiftCNNError) -> Character {
    let first = try parseHexadecimal()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    if first < 0xDC00, peek == UInt8(ascii: "\\") {
      position += 1
      guard peek == UInt8(ascii: "u") else { throw unexpected(expected: "'u' and the other half of a surrogate pair") }
      position += 1
      let second = try parseHexadecimal()
      if second & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) {
        return Character(scalar)
      }
    }
    throw failure("half a surrogate pair in a \\u escape")
  }

  private mutating func parseHexadecimal() throws(SwiftCNNError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected(expected: "four hexadecimal digits after '\\u'")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

// MARK: Cursor and errors

extension JSONParser {
  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhitespace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Skips whitespace, then `character` if it comes next.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipWhitespace()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func unexpected(expected: String) -> SwiftCNNError {
    guard let byte = peek else { return failure("expected \(expected), but the text ends") }
    let isPrintable = byte > 0x20 && byte < 0x7F
    let found = isPrintable ? "'\(Character(Unicode.Scalar(byte)))'" : "the byte 0x\(String(byte, radix: 16))"
    return failure("expected \(expected), found \(found)")
  }

  private func failure(_ problem: String) -> SwiftCNNError {
    .invalidValue("invalid JSON at byte \(position): \(problem)")
  }
}
