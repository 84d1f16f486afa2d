/// A requirement on the value of a setting, as a test and as text: "momentum must be from 0 to 1".
struct Requirement<Value> {
  let text: String
  let holds: (Value) -> Bool

  init(_ text: String, _ holds: @escaping (Value) -> Bool) {
    self.text = text
    self.holds = holds
  }

  static var any: Requirement { Requirement("anything") { _ in true } }
}

extension Requirement where Value == Double {
  static var finite: Requirement { Requirement("a finite number") { $0.isFinite } }
  static var positive: Requirement { Requirement("a finite number above 0") { $0.isFinite && $0 > 0 } }
  static var notNegative: Requirement { Requirement("a finite number of at least 0") { $0.isFinite && $0 >= 0 } }
  /// A share below 1, so that something remains.
  static var fraction: Requirement { Requirement("at least 0 and below 1") { $0 >= 0 && $0 < 1 } }
  static var share: Requirement { Requirement("from 0 to 1") { $0 >= 0 && $0 <= 1 } }
}

extension Requirement where Value == Int {
  static var positive: Requirement { Requirement("a positive integer") { $0 > 0 } }
}
