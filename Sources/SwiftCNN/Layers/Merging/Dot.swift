/// Products of two inputs, summed along one axis of each. Inputs are (batch, …, K, …) and (batch, …, K, …). The output has the
/// remaining axes of the first input and then those of the second, or (batch, 1) if none remain.
public struct Dot: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Axes of the batch's shapes, of the first and of the second input: from 1, or backwards from -1.
  public var axes: (first: Int, second: Int)
  /// Whether each input is first divided by its length along the axis, so that the output is the cosine of the angle.
  public var normalize: Bool

  /// A layer that sums along one axis of each input. The two axes may differ; neither may be 0.
  public init(axes: (first: Int, second: Int), normalize: Bool = false, name: String? = nil) {
    self.name = name
    self.axes = axes
    self.normalize = normalize
  }

  /// A layer that sums along the same axis of both inputs, not 0.
  public init(axes: Int, normalize: Bool = false, name: String? = nil) {
    self.init(axes: (axes, axes), normalize: normalize, name: name)
  }
}

extension Dot: CompilableLayer {
  static let className = "Dot"
  static let stem = "dot"
  static let summary = """
    Products of two inputs, summed along one axis of each.

    Shapes: (N, ..., K, ...) and (N, ..., K, ...) to (N, the first input's other axes, the second's), or (N, 1) if none remain.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "axes", \.axisPair,
        Requirement("axes of a sample: from 1, or from -1 backwards, since 0 is the batch's") { $0.first != 0 && $0.second != 0 },
        isRequired: true, doc: "axis to sum over, of the batch's shape: one number for both inputs, or one of each."),
      Setting("normalize", \.normalize, doc: "True divides each input by its norm along the axis, which gives the cosine."),
    ]
  }

  fileprivate var axisPair: AxisPair {
    get { AxisPair(first: axes.first, second: axes.second) }
    set { axes = (newValue.first, newValue.second) }
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try outputShape(forAll: [input]) }

  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int] {
    let (first, second) = try matrices(inputs)
    let output = first.others + second.others
    return output.isEmpty ? [1] : output
  }

  func matrices(_ inputs: [[Int]]) throws(SwiftCNNError) -> (StridedMatrix, StridedMatrix) {
    guard inputs.count == 2 else { throw .invalidValue("\(title) takes two inputs, got \(inputs.count)") }
    let first = StridedMatrix(inputs[0], axis: try sampleAxis(axes.first, of: inputs[0]))
    let second = StridedMatrix(inputs[1], axis: try sampleAxis(axes.second, of: inputs[1]))
    guard first.depth == second.depth else {
      throw .invalidValue(
        "\(title): the axes to sum over must have equal sizes; axis \(axes.first) of \(Shape.batchText(inputs[0])) has "
          + "\(first.depth), axis \(axes.second) of \(Shape.batchText(inputs[1])) has \(second.depth)")
    }
    return (first, second)
  }
}

/// One axis of each of two inputs; one number stands for both.
private struct AxisPair: SettingValue {
  let first: Int
  let second: Int

  init(first: Int, second: Int) { (self.first, self.second) = (first, second) }

  init(setting field: JSON.Field) throws(SwiftCNNError) {
    let axes = try OneOrMore<Int>(setting: field).values
    guard axes.count <= 2, let first = axes.first, let second = axes.last else {
      throw field.complaint("must be one axis, or one of each of the two inputs, got \(field.value.text)")
    }
    self.init(first: first, second: second)
  }
  var json: JSON { first == second ? .integer(first) : JSON([first, second]) }
  static var type: SettingType { SettingType("axis_pair") }
}
