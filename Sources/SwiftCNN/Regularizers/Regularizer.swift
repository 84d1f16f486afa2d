/// A penalty on large weights that is added to the loss: l1 · Σ|w| + l2 · Σw².
public struct Regularizer: Sendable, Equatable {
  /// Factor of Σ|w|, at least 0.
  public var l1: Double
  /// Factor of Σw², at least 0.
  public var l2: Double

  /// Both penalties. A factor of 0 disables one.
  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  /// The penalty factor · Σ|w|.
  public static func l1(_ factor: Double = 0.01) -> Regularizer { Regularizer(l1: factor) }
  /// The penalty factor · Σw².
  public static func l2(_ factor: Double = 0.01) -> Regularizer { Regularizer(l2: factor) }
}

// MARK: - Reading, writing and checking

extension Regularizer {
  /// All classes with their defaults, in the order of the documentation.
  static let registry: [any RegularizerClass] = [
    L1(regularizer: .l1()), L2(regularizer: .l2()), L1L2(regularizer: Regularizer()),
  ]

  init(_ field: JSON.Field) throws(SwiftCNNError) {
    let (kind, config) = try field.entry(of: Self.registry, named: \.className, "regularizer")
    self = try kind.reading(config).regularizer
  }

  var json: JSON {
    switch (l1, l2) {
    case (_, 0): L1(regularizer: self).description
    case (0, _): L2(regularizer: self).description
    default: L1L2(regularizer: self).description
    }
  }

  /// - Parameter what: the name in error messages.
  func check(_ what: String) throws(SwiftCNNError) { try L1L2(regularizer: self).checkSettings(what) }
}

/// A regularizer in Keras's form.
protocol RegularizerClass: Described {
  var regularizer: Regularizer { get set }
}

extension RegularizerClass {
  fileprivate static var l1: Setting<Self> {
    Setting("l1", \.regularizer.l1, .notNegative, doc: "the factor of Σ|w|; None is the default.").orDefault
  }
  fileprivate static var l2: Setting<Self> {
    Setting("l2", \.regularizer.l2, .notNegative, doc: "the factor of Σw²; None is the default.").orDefault
  }
}

private struct L1: RegularizerClass {
  var regularizer: Regularizer

  static let className = "L1"
  static let summary = "A penalty of l1 · Σ|w| on weights w."
  static var settings: [Setting<L1>] { [l1] }
}

private struct L2: RegularizerClass {
  var regularizer: Regularizer

  static let className = "L2"
  static let summary = "A penalty of l2 · Σw² on weights w."
  static var settings: [Setting<L2>] { [l2] }
}

private struct L1L2: RegularizerClass {
  var regularizer: Regularizer

  static let className = "L1L2"
  static let summary = "A penalty of l1 · Σ|w| + l2 · Σw² on weights w."
  static var settings: [Setting<L1L2>] { [l1, l2] }
}
