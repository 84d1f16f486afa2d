/// The inputs concatenated along one axis. Their shapes must be equal except along that axis.
public struct Concatenate: Layer {
  /// The layer's name in summaries, weight names and files; nil: made from the class.
  public var name: String?
  /// An axis of the batch's shape: from 1, or backwards from -1.
  public var axis: Int

  /// A layer with Keras's defaults.
  public init(axis: Int = -1, name: String? = nil) {
    self.name = name
    self.axis = axis
  }
}

extension Concatenate: CompilableLayer {
  static let className = "Concatenate"
  static let stem = "concatenate"
  static let summary = """
    Joins the inputs along one axis. The layer takes a list: `Concatenate()([x, skipped])`.

    Shapes of the inputs: equal but for `axis`, along which sizes are added.
    """
  static var settings: [Setting<Self>] {
    [
      Setting(
        "axis", \.axis, .sampleAxis, doc: "axis of the batch's shape along which inputs are joined: from 1, or from -1 backwards."
      )
    ]
  }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try outputShape(forAll: [input]) }

  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int] {
    let place = try sampleAxis(axis, of: inputs[0])
    var output = inputs[0]
    for input in inputs.dropFirst() {
      var expected = inputs[0]
      if input.count == expected.count { expected[place] = input[place] }
      guard input == expected else {
        throw .invalidValue(
          "\(title) needs inputs whose shapes are equal but for axis \(axis), got "
            + inputs.map(Shape.batchText).joined(separator: ", "))
      }
      let (sum, overflow) = output[place].addingReportingOverflow(input[place])
      output[place] = overflow ? Int.max : sum
    }
    return output
  }
}
