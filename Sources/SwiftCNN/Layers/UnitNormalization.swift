/// Scales each vector along some axes to length 1; one shorter than 10^-12 is multiplied by 10^12.
///
/// Output shape = input shape.
public struct UnitNormalization: Layer {
  public var name: String?
  /// Axes of the batch's shape, but not the batch's: from 1, or from -1 backwards.
  public var axes: [Int]

  public init(axes: [Int] = [-1], name: String? = nil) {
    self.name = name
    self.axes = axes
  }
}

extension UnitNormalization: CompilableLayer {
  static let className = "UnitNormalization"
  static let stem = "unit_normalization"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["axis"])
    self.init(axes: try config.axes("axis", default: [-1]))
  }

  var config: JSON { ["axis": .axes(axes)] }

  func check() throws(SwiftCNNError) {
    guard !axes.isEmpty else { throw .invalidValue("\(title): axis must name one axis at least, such as -1; got none") }
    try checkOfSample(axes)
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    _ = try places(axes, in: input)
    return input
  }
}
