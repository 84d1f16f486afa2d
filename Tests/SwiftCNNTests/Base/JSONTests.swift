import Testing

@testable import SwiftCNN

@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-7", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1.0", "0.1",
    "-2.5", "1e-07", "5e-324", "1.7976931348623157e+308", #""""#, #""a\"\\\n\t\r\u0001 é 😀""#, "[]", "{}",
    #"{"b": [1, 2.0, {"a": null}], "a": "x"}"#,
  ])
  func textSurvivesARoundTrip(_ text: String) throws {
    #expect(try JSON.parse(text).text == text)
  }

  @Test func everyKindOfValueIsParsed() throws {
    let text = " { \"a\" :\t[ 1 , -0.5e1,true ]\r\n, \"b\":null } "
    #expect(try JSON.parse(text) == ["a": [1, -5.0, true], "b": nil])
  }

  @Test func escapesAreParsed() throws {
    #expect(try JSON.parse(#""\u0041\u00e9\ud83d\uDE00\/\b\f\n\r\t\"\\""#) == "Aé😀/\u{8}\u{C}\n\r\t\"\\")
  }

  @Test(arguments: [
    ("", "expected a value, but the text ends"), ("[1,]", "byte 3: expected a value, found ']'"),
    ("[1 2]", "expected ',' or ']'"), ("{\"a\" 1}", "expected ':'"), ("{\"a\":1 \"b\":2}", "expected ',' or '}'"),
    ("{a:1}", "expected a key in double quotes"), ("{\"a\":1,}", "expected a key"), ("1 2", "expected the end of the text"),
    ("tru", "expected 'true'"), ("nul1", "expected 'null', found '1'"), ("01", "the end of the text"), ("-", "a digit"),
    ("1.", "a digit"), (".5", "a value"), ("1e", "a digit"), ("+1", "a value"), ("NaN", "a value"), ("Infinity", "a value"),
    ("1e999", "beyond the range"), ("\"a", "at the end of a string"), ("\"\n\"", "control character"),
    ("\"\\x\"", "after '\\'"), ("\"\\u12g4\"", "four hexadecimal digits"), ("\"\\ud800\"", "half a surrogate pair"),
    ("\"\\ud800\\n\"", "expected 'u'"), ("\"\\ud800\\u0041\"", "half a surrogate pair"),
    ("\"\\udc00\"", "half a surrogate pair"), ("{\"a\":1,\"a\":2}", "\"a\" appears twice"), ("\u{0}", "the byte 0x0"),
  ])
  func malformedTextIsRefused(_ text: String, _ message: String) {
    expectError("invalid JSON at byte", message) { try JSON.parse(text) }
  }

  @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
  func invalidUTF8IsRefused(_ bytes: [UInt8]) {
    expectError("not valid UTF-8") { try bytes.withUnsafeBufferPointer { try JSON.parse($0) } }
  }

  @Test func depthIsLimited() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(try JSON.parse(nested(64)).text == nested(64))
    expectError("nested deeper than 64 levels") { try JSON.parse(nested(65)) }
    expectError("nested deeper than 64 levels") { try JSON.parse(String(repeating: "{\"a\":", count: 1_000_000)) }
  }

  @Test func theNumberOfValuesIsLimited() {
    let values = "[" + String(repeating: "0,", count: JSON.maximumValues) + "0]"
    expectError("more than 2000000 values") { try JSON.parse(values) }
  }

  @Test func longNumbersAreRefused() throws {
    #expect(try JSON.parse(String(repeating: "9", count: 300)) == .number(1e300))
    expectError("1024 or more characters") { try JSON.parse(String(repeating: "9", count: 1024)) }
  }

  @Test func damagedTextIsSurvived() {
    let text = Array(#"{"layers": [{"n": -1.5e3, "s": "\ud83d\ude00 é"}, true, null, 18446744073709551615]}"#.utf8)
    expectSurvival(
      of: text, decode: { try JSON.parse($0.assumingMemoryBound(to: UInt8.self)) },
      where: { value, _ in (try? JSON.parse(value.text)) == value })
  }

  @Test func valuesWithoutJSONAreWrittenAsNull() {
    #expect(JSON.array([.number(.nan), .number(.infinity)]).text == "[null, null]")
  }

  @Test func unsignedIntegersKeepAllBits() throws {
    #expect(JSON(UInt64(7)) == .integer(7))
    #expect(JSON(UInt64.max).text == "18446744073709551615")
    #expect(try JSON.Field(JSON.parse(#"{"seed": 18446744073709551615}"#)).unsigned("seed") == .max)
  }

  @Test func objectsKeepTheirOrder() {
    var object: JSON.Object = ["b": 1, "a": 2, "c": 3]
    object["a"] = 5
    object["b"] = nil
    object["d"] = 4
    #expect(JSON.object(object).text == #"{"a": 5, "c": 3, "d": 4}"#)
    #expect(object["c"] == 3)
    #expect(object["b"] == nil)
  }
}

@Suite struct JSONFieldTests {
  private let model = JSON.Field([
    "layers": [["config": ["filters": 3.0, "kernel": [3, "x"], "rate": 1, "bias": nil, "name": "conv", "flag": true]]]
  ])

  private func config() throws -> JSON.Field { try model.array("layers")[0].object("config") }

  @Test func valuesAreRead() throws {
    let config = try config()
    #expect(try config.number("rate") == 1)
    #expect(try config.integer("rate") == 1)
    #expect(try config.string("name") == "conv")
    #expect(try config.bool("flag"))
    #expect(try JSON.Field(["k": [1, 2]]).integers("k") == [1, 2])
    #expect(config.optional("bias")?.path == nil)
    #expect(config.optional("missing")?.path == nil)
    #expect(try config.optional("rate")?.integer() == 1)
  }

  @Test func defaultsStandForMissingFieldsOnly() throws {
    let config = try config()
    #expect(try config.integer("units", default: 5) == 5)
    #expect(try config.string("padding", default: "valid") == "valid")
    expectError("layers[0].config.bias must be true or false, got null") { try config.bool("bias", default: true) }
  }

  @Test func complaintsNameTheField() throws {
    let config = try config()
    expectError("layers[0].config.filters must be an integer", "got a number: 3.0") { try config.integer("filters") }
    expectError("layers[0].config.kernel[1] must be an integer", "got a string: \"x\"") { try config.integers("kernel") }
    expectError("layers[0].config.flag must be an integer", "got a boolean: true") { try config.integer("flag") }
    expectError("layers[0].config.name must be a number") { try config.number("name") }
    expectError("layers[0].config.rate must be a string") { try config.string("rate") }
    expectError("layers[0].config.rate must be an array") { try config.array("rate") }
    expectError("layers[0].config.rate must be an object") { try config.object("rate") }
    expectError("layers[0].config lacks the field 'units'", "filters, kernel") { try config.integer("units") }
    expectError("from 0 to 2^64 - 1, got an integer: -1") { try JSON.Field(["seed": -1]).unsigned("seed") }
    expectError("the JSON must be an object") { try JSON.Field([1]).string("name") }
  }

  @Test func unknownFieldsAreRefused() throws {
    let config = JSON.Field(["filters": 1, "filtres": 2], path: "config")
    try config.allowOnly(["filters", "filtres"])
    expectError("config has the unknown field \"filtres\"; known are filters, units") {
      try config.allowOnly(["filters", "units"])
    }
  }

  @Test func longValuesAreCutInComplaints() {
    let long = JSON.Field(["name": JSON.array([JSON](repeating: 1, count: 1000))])
    let error = #expect(throws: SwiftCNNError.self) { try long.string("name") }
    #expect((error?.description.count ?? .max) < 150)
  }
}
