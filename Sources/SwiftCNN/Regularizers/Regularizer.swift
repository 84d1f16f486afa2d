/// A penalty on large weights that joins the loss: l1 · Σ|w| + l2 · Σw².
public struct Regularizer: Sendable, Equatable {
  public var l1: Double
  public var l2: Double

  public init(l1: Double = 0, l2: Double = 0) {
    self.l1 = l1
    self.l2 = l2
  }

  public static func l1(_ factor: Double = 0.01) -> Regularizer { Regularizer(l1: factor) }
  public static func l2(_ factor: Double = 0.01) -> Regularizer { Regularizer(l2: factor) }
}

extension Regularizer {
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    try field.allowOnly(["class", "config"])
    let config = try field.object("config")
    switch try field.string("class") {
    case "L1": self.init(l1: try config.factor("l1", only: true))
    case "L2": self.init(l2: try config.factor("l2", only: true))
    case "L1L2": self.init(l1: try config.factor("l1"), l2: try config.factor("l2"))
    case let name: throw field.complaint("is the unknown regularizer '\(name)'; known are L1, L2, L1L2")
    }
  }

  var json: JSON {
    switch (l1, l2) {
    case (_, 0): ["class": "L1", "config": ["l1": .number(l1)]]
    case (0, _): ["class": "L2", "config": ["l2": .number(l2)]]
    default: ["class": "L1L2", "config": ["l1": .number(l1), "l2": .number(l2)]]
    }
  }

  func check(_ what: String) throws(SwiftCNNError) {
    for (name, factor) in [("l1", l1), ("l2", l2)] where !factor.isFinite || factor < 0 {
      throw .invalidValue("\(what) has \(name) \(factor); it must be a finite number of at least 0")
    }
  }
}

extension JSON.Field {
  /// - Parameter only: nothing else may be there.
  fileprivate func factor(_ name: String, only: Bool = false) throws(SwiftCNNError) -> Double {
    try allowOnly(only ? [name] : ["l1", "l2"])
    return try number(name, default: only ? 0.01 : 0)
  }
}
