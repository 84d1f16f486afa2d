/// Rows and columns at the edges of an image.
public struct Margins: Sendable, Equatable, ExpressibleByIntegerLiteral {
  /// Rows at the upper edge.
  public var top: Int
  /// Rows at the lower edge.
  public var bottom: Int
  /// Columns at the left edge.
  public var left: Int
  /// Columns at the right edge.
  public var right: Int

  /// Rows and columns of each edge, from 0 on.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }
  /// The same number above and below, and the same number left and right.
  public init(_ height: Int, _ width: Int) { self.init(top: height, bottom: height, left: width, right: width) }
  /// The same number at each edge.
  public init(integerLiteral value: Int) { self.init(value, value) }
}

extension Margins: SettingValue {
  /// One integer for all edges, two (height, width), or ((top, bottom), (left, right)).
  init(setting field: JSON.Field) throws(SwiftCNNError) {
    if case .integer(let size) = field.value {
      self.init(size, size)
      return
    }
    var edges: [[Int]] = []
    for element in try field.elements() {
      if case .integer(let size) = element.value { edges.append([size, size]) } else { edges.append(try element.integers()) }
    }
    guard edges.count == 2, edges.allSatisfy({ $0.count == 2 }) else {
      throw field.complaint(
        "must be one integer, two (height, width), or ((top, bottom), (left, right)), got \(field.value.text)")
    }
    self.init(top: edges[0][0], bottom: edges[0][1], left: edges[1][0], right: edges[1][1])
  }
  var json: JSON { [[.integer(top), .integer(bottom)], [.integer(left), .integer(right)]] }
  static var type: SettingType { SettingType("margins") }
  static var nullIsDefault: Bool { true }
}

extension Requirement where Value == Margins {
  /// Small enough for sums without overflow.
  static var notNegative: Requirement {
    Requirement("from 0 to \(Int32.max) at each edge") { margins in
      [margins.top, margins.bottom, margins.left, margins.right].allSatisfy { 0...Int(Int32.max) ~= $0 }
    }
  }
}
