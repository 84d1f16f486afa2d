/// A layer that combines several values element by element. Inputs of different shapes are broadcast as in NumPy: shapes are
/// compared from the last axis, and an axis that has size 1 or is missing is repeated. The output has the broadcast shape.
protocol MergeLayer: CompilableLayer {
  static var combination: Combination { get }
}

extension MergeLayer {
  static var settings: [Setting<Self>] { [] }

  func outputShape(for input: [Int]) throws(SwiftCNNError) -> [Int] { try outputShape(forAll: [input]) }

  func outputShape(forAll inputs: [[Int]]) throws(SwiftCNNError) -> [Int] {
    guard !Self.combination.takesTwo || inputs.count == 2 else {
      throw .invalidValue("\(title) takes two inputs, got \(inputs.count)")
    }
    var output = inputs[0]
    for input in inputs.dropFirst() {
      guard let joint = Broadcast.shape(output, input) else {
        throw .invalidValue(
          "\(title) cannot join inputs of the shapes \(inputs.map(Shape.batchText).joined(separator: ", ")): counted from the last "
            + "axis, sizes must be equal or 1; use layers before it that make them so")
      }
      output = joint
    }
    return output
  }
}
