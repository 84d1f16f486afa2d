/// Products of two inputs, summed along an axis of each. Inputs (batch, …, K, …) and (batch, …, K, …); the output has the first one's
/// axes but that one, then the second one's, or (batch, 1) if none are left.
public struct Dot: Layer {
  public var name: String?
  /// Of the batch's shapes, the first input's and the second one's: from 1, or backwards from -1.
  public var axes: (first: Int, second: Int)
  /// Whether each input is divided by its length along the axis first, so that the output is the cosine of the angle.
  public var normalize: Bool

  public init(axes: (first: Int, second: Int), normalize: Bool = false, name: String? = nil) {
    self.name = name
    self.axes = axes
    self.normalize = normalize
  }

  public init(axes: Int, normalize: Bool = false, name: String? = nil) {
    self.init(axes: (axes, axes), normalize: normalize, name: name)
  }
}

extension Dot: CompilableLayer {
  static let className = "Dot"
  static let stem = "dot"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["axes", "normalize"])
    let field = try config.member("axes")
    let axes = try field.oneOrMoreIntegers()
    guard axes.count == 2 || axes.count == 1 else {
      throw field.complaint("must be one axis, or one of each of the two inputs, got \(field.value.text)")
    }
    self.init(axes: (axes[0], axes[axes.count - 1]), normalize: try config.bool("normalize", default: false))
  }

  var config: JSON {
    ["axes": axes.first == axes.second ? .integer(axes.first) : JSON([axes.first, axes.second]), "normalize": .bool(normalize)]
  }

  func check() throws(SwiftCNNError) {
    guard axes.first != 0, axes.second != 0 else {
      throw .invalidValue(
        "\(title): axis 0 is that of the samples, which cannot be summed over; use axes from 1, or from -1 backwards")
    }
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
