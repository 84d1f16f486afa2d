/// The inputs side by side along one axis. Their shapes must be equal but for that axis.
public struct Concatenate: Layer {
  public var name: String?
  /// Of the batch's shape: from 1, or backwards from -1.
  public var axis: Int

  public init(axis: Int = -1, name: String? = nil) {
    self.name = name
    self.axis = axis
  }
}

extension Concatenate: CompilableLayer {
  static let className = "Concatenate"
  static let stem = "concatenate"

  init(config: JSON.Field) throws(SwiftCNNError) {
    try config.allowOnly(["axis"])
    self.init(axis: try config.integer("axis", default: -1))
  }

  var config: JSON { ["axis": .integer(axis)] }

  func check() throws(SwiftCNNError) {
    guard axis != 0 else {
      throw .invalidValue(
        "\(title): axis 0 is that of the samples, which cannot be joined; use an axis from 1, or from -1 backwards")
    }
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

extension CompilableLayer {
  /// The place in a sample's shape of an axis that is counted as Keras does: from 1 without the batch's, or from -1 backwards.
  func sampleAxis(_ axis: Int, of shape: [Int]) throws(SwiftCNNError) -> Int {
    let place = axis < 0 ? shape.count + axis : axis - 1
    guard shape.indices.contains(place) else {
      throw .invalidValue(
        "\(title): axis \(axis) is out of range for an input of shape \(Shape.batchText(shape)); use 1 to \(shape.count), or -1 to "
          + "-\(shape.count)")
    }
    return place
  }
}
