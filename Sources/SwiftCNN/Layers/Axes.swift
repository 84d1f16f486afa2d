// Layers that work along axes of the batch's shape. Axes are numbered as in Keras: from 1, not counting the batch axis, or
// backwards from -1.

extension CompilableLayer {
  /// The sizes of `axes`, which must be the last axes of a sample's shape, so that their elements are contiguous.
  func trailingSizes(_ axes: [Int], of input: [Int]) throws(SwiftCNNError) -> [Int] {
    let places = axes.map { $0 < 0 ? $0 + input.count : $0 - 1 }
    let wanted = input.count - places.count..<input.count
    guard !places.isEmpty, places.count <= input.count, places.sorted() == Array(wanted) else {
      throw .invalidValue(
        "\(title): axis must name the last axis (-1), or the last ones such as [-2, -1], of an input of shape "
          + "\(Shape.batchText(input)); got \(Shape.text(axes)). Put a Permute before it to move other axes to the end")
    }
    return Array(input[wanted])
  }

  /// The positions of `axes` in a sample's shape, in order.
  func places(_ axes: [Int], in input: [Int]) throws(SwiftCNNError) -> [Int] {
    let places = axes.map { $0 < 0 ? $0 + input.count : $0 - 1 }
    guard places.allSatisfy(input.indices.contains), Set(places).count == places.count else {
      throw .invalidValue(
        "\(title): axis must name axes of an input of shape \(Shape.batchText(input)), each once: from 1 to \(input.count), or "
          + "from -1 to -\(input.count); got \(Shape.text(axes))")
    }
    return places.sorted()
  }

  /// The position in a sample's shape of an axis with a Keras number: from 1, not counting the batch axis, or backwards from -1.
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

extension Requirement where Value == OneOrMore<Int> {
  static var lastAxes: Requirement {
    Requirement("the last axis (-1), or the last ones such as [-2, -1], each once") { $0.areAxes }
  }
  static var sampleAxes: Requirement {
    Requirement("axes of a sample, each once: from 1, or from -1 backwards, since 0 is the batch's") { $0.areAxes }
  }
}

extension Requirement where Value == Int {
  static var sampleAxis: Requirement {
    Requirement("an axis of a sample: from 1, or from -1 backwards, since 0 is the batch's") { $0 != 0 }
  }
}

extension OneOrMore<Int> {
  fileprivate var areAxes: Bool { !values.isEmpty && !values.contains(0) && Set(values).count == values.count }
}
