/// Products of two inputs, summed along an axis of each. Inputs (batch, …, K, …) and (batch, …, K, …); the output has the first one's
/// axes but that one, then the second one's, or (batch, 1) if none are left.
public struct Dot: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// Of the batch's shapes, the first input's and the second one's: from 1, or backwards from -1.
  public var axes: (first: Int, second: Int)
  /// Whether each input is divided by its length along the axis first, so that the output is the cosine of the angle.
  public var normalize: Bool

  /// A layer that sums along an axis of each input, which may differ; neither is 0.
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
