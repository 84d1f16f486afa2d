/// A plain value that describes a part of a model or of its training. It has a class name and settings.
///
/// A registry contains one value of each class, with Keras's defaults. A description is read into a copy of that value.
protocol Described: Sendable {
  /// The class name in Keras, which is also used in files and errors.
  static var className: String { get }
  /// What the class computes, with a reference. This is the docstring of Python's class.
  static var summary: String { get }
  static var settings: [Setting<Self>] { get }
  /// Throws for settings that do not fit each other. Each single setting is checked by its row.
  func checkTogether() throws(SwiftCNNError)
}

extension Described {
  func checkTogether() throws(SwiftCNNError) {}

  /// The class name in snake case: "GlorotUniform" becomes "glorot_uniform".
  var snakeName: String {
    className.reduce(into: "") { text, letter in
      if letter.isUppercase && !text.isEmpty { text += "_" }
      text += letter.lowercased()
    }
  }

  /// Its name in error messages.
  var className: String { Self.className }

  /// This value with the settings in `config`. - Parameter others: fields of `config` that other code reads.
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

  /// Throws for a setting that is not allowed, by itself or together with others.
  /// - Parameter title: the name of the value in error messages; its class by default.
  func checkSettings(_ title: String? = nil) throws(SwiftCNNError) {
    try Self.settings.check(self, title ?? className)
    try checkTogether()
  }

  /// `{"class": …, "config": …}`, the form in files and in the C interface.
  var description: JSON { ["class": .string(className), "config": .object(config)] }

  /// The class, for tools that generate text.
  var schema: JSON {
    ["class": .string(className), "summary": .string(Self.summary), "settings": Self.settings.schema(defaults: self)]
  }
}

extension JSON.Field {
  /// The value in `registry` with the class of this `{"class": …, "config": …}`, and the config, which may be missing.
  /// - Parameter what: the kind of these values, for the error about an unknown class.
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
