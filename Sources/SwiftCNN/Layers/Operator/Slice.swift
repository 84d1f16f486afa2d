/// A part of each sample. Along each axis it has `counts` elements: the first at `begins`, each at `steps` from the one before
/// it.
///
/// The output has `shape`, with the same number of elements; an axis with one element may be omitted. In Python, `x[:, 1:]` makes
/// this layer.
public struct Slice: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// First index along each axis of a sample.
  public var begins: [Int]
  /// Number of elements along each axis, above 0.
  public var counts: [Int]
  /// Distance between neighbouring elements along each axis; negative to go backwards.
  public var steps: [Int]
  /// The output's shape, of one sample.
  public var shape: [Int]

  /// A layer that selects this part. The first three arguments have a number for each axis of a sample.
  public init(begins: [Int], counts: [Int], steps: [Int], shape: [Int], name: String? = nil) {
    self.name = name
    self.begins = begins
    self.counts = counts
    self.steps = steps
    self.shape = shape
  }
}

extension Slice: CompilableLayer {
  static let className = "Slice"
  static let stem = "get_item"
  static let summary = """
    Part of each sample, as `x[:, 1:]` takes it: along each axis `counts` elements from `begins` on, `steps` apart.

    Shapes: (N, ...) to (N, *shape).
    """
  static var settings: [Setting<Self>] {
    [
      Setting("begins", \.begins, isRequired: true, doc: "first index along each axis of a sample."),
      Setting("counts", \.counts, isRequired: true, doc: "number of elements along each axis."),
      Setting("steps", \.steps, isRequired: true, doc: "distance between neighbouring elements along each axis."),
      Setting(
        "shape", \.shape, isRequired: true,
        doc: "shape of the output: `counts`, without axes that integers took away, with new ones."),
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] {
    guard begins.count == input.count, counts.count == input.count, steps.count == input.count else {
      throw .invalidValue(
        "\(title): begins, counts and steps must have a number for each of the \(input.count) axes of an input of shape "
          + Shape.batchText(input))
    }
    for (axis, size) in input.enumerated() {
      let (way, overflow) = steps[axis].multipliedReportingOverflow(by: max(0, counts[axis] - 1))
      let (last, beyond) = begins[axis].addingReportingOverflow(overflow ? 0 : way)
      guard counts[axis] > 0, !overflow, !beyond, 0..<size ~= begins[axis], 0..<size ~= last else {
        throw .invalidValue(
          "\(title): \(counts[axis]) elements from \(begins[axis]) on in steps of \(steps[axis]) are not in axis \(axis + 1) of an "
            + "input of shape \(Shape.batchText(input))")
      }
    }
    guard !shape.isEmpty, try Shape.count(shape, of: title) == (try Shape.count(counts, of: title)) else {
      throw .invalidValue("\(title): the shape \(Shape.text(shape)) does not hold \(Shape.text(counts)) elements")
    }
    return shape
  }
}
