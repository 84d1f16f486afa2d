/// A plain value that describes a part of a model or of its training: a class name and settings.
///
/// A registry holds one value of each class, with Keras's defaults; reading a description begins with that value.
protocol Described: Sendable {
  /// Keras's class name, also in files and errors.
  static var className: String { get }
  /// What it computes, with the source: the docstring of Python's class.
  static var summary: String { get }
  static var settings: [Setting<Self>] { get }
  /// Refuses settings that do not go together. Each by itself is checked by its row.
  func checkTogether() throws(SwiftCNNError)
}

extension Described {
  func checkTogether() throws(SwiftCNNError) {}

  /// The class in small letters, "GlorotUniform" as "glorot_uniform".
  var snakeName: String {
    className.reduce(into: "") { text, letter in
      if letter.isUppercase && !text.isEmpty { text += "_" }
      text += letter.lowercased()
    }
  }

  /// What errors call it.
  var className: String { Self.className }

  /// This value with the settings that `config` has. - Parameter others: fields that somebody else reads.
  func reading(_ config: JSON.Field, besides others: [String] = []) throws(SwiftCNNError) -> Self {
    try config.allowOnly(others + Self.settings.names())
    var value = self
    try Self.settings.read(config, into: &value)
    return value
  }

  var config: JSON.Object {
    var config: JSON.Object = [:]
    Self.settings.write(self, to: &config)
    return config
  }

  /// Throws for a setting that is not allowed, by itself or beside the others.
  /// - Parameter title: what the message calls the value; its class by default.
  func checkSettings(_ title: String? = nil) throws(SwiftCNNError) {
    try Self.settings.check(self, title ?? className)
    try checkTogether()
  }

  /// `{"class": …, "config": …}`, as files and the C interface have it.
  var description: JSON { ["class": .string(className), "config": .object(config)] }

  /// The class for tools that write text of it.
  var schema: JSON {
    ["class": .string(className), "summary": .string(Self.summary), "settings": Self.settings.schema(defaults: self)]
  }
}

extension JSON.Field {
  /// The value in `registry` whose class this `{"class": …, "config": …}` names, and the config, which may be missing.
  /// - Parameter what: what such values are, for the complaint about an unknown class.
  func entry<Kind>(
    of registry: [Kind], named name: (Kind) -> String, _ what: String
  ) throws(SwiftCNNError) -> (value: Kind, config: JSON.Field) {
    try allowOnly(["class", "config"])
    let wanted = try string("class")
    guard let value = registry.first(where: { name($0) == wanted }) else {
      throw complaint("is the unknown \(what) '\(wanted)'; known are \(registry.map(name).joined(separator: ", "))")
    }
    return (value, self["config"] ?? JSON.Field([:], path: "\(path).config"))
  }
}
