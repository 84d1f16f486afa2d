/// Numbers with a shape. A single number has the shape [].
public struct NumberArray: Sendable, Equatable {
  /// The numbers in C order.
  public private(set) var values: [Double]
  /// Numbers along each axis; [] for a single number.
  public private(set) var shape: [Int]

  /// A single number, of the shape [].
  public init(_ value: Double) { (values, shape) = ([value], []) }
  /// A list of numbers, of the shape [count].
  public init(_ values: [Double]) { (self.values, shape) = (values, [values.count]) }

  /// Combines arrays of the same shape as the rows of a larger array.
  ///
  /// - Throws: `invalidValue` if their shapes differ.
  public init(rows: [NumberArray]) throws(SwiftCNNError) {
    let inner = rows.first?.shape ?? []
    guard rows.allSatisfy({ $0.shape == inner }) else {
      throw .invalidValue("rows of numbers must have one shape, got \(Set(rows.map { Shape.text($0.shape) }).sorted())")
    }
    (values, shape) = (rows.flatMap(\.values), [rows.count] + inner)
  }
}

extension NumberArray: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// A single number.
  public init(floatLiteral value: Double) { self.init(value) }
  /// A single number.
  public init(integerLiteral value: Int) { self.init(Double(value)) }
  /// A list of numbers.
  public init(arrayLiteral elements: Double...) { self.init(elements) }
}

extension NumberArray {
  /// A number, or lists of them within lists.
  init(_ field: JSON.Field) throws(SwiftCNNError) {
    guard case .array = field.value else {
      self.init(try field.number())
      return
    }
    var rows: [NumberArray] = []
    for element in try field.elements() { rows.append(try NumberArray(element)) }
    do { try self.init(rows: rows) } catch { throw field.complaint("must be lists of one length: \(error.description)") }
  }

  var json: JSON { Self.json(values[...], shape[...]) }

  private static func json(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> JSON {
    guard let count = shape.first else { return .number(values[values.startIndex]) }
    let step = values.count / max(1, count)
    return .array((0..<count).map { json(values.dropFirst($0 * step).prefix(step), shape.dropFirst()) })
  }

  /// The distances of the numbers along each axis when this array is broadcast to the shape `target`. Axes are matched from the
  /// last one. An axis that is missing or has the size 1 has the distance 0. Nil if the shapes do not fit.
  func steps(in target: [Int]) -> [Int]? {
    guard shape.count <= target.count else { return nil }
    let sizes = [Int](repeating: 1, count: target.count - shape.count) + shape
    guard zip(sizes, target).allSatisfy({ $0 == $1 || $0 == 1 }) else { return nil }
    return sizes.indices.map { axis in sizes[axis] == 1 ? 0 : sizes[(axis + 1)...].reduce(1, *) }
  }
}

extension NumberArray: SettingValue {
  init(setting field: JSON.Field) throws(SwiftCNNError) { try self.init(field) }
  static var type: SettingType { SettingType("number_array") }
}
