// Layers that work along axes of the batch's shape, as Keras counts them: from 1 without the batch's, or from -1 backwards.

extension CompilableLayer {
  /// The sizes of `axes`, which must be the last ones of a sample's shape, so that a row of memory holds them.
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

  /// Where `axes` are in a sample's shape, in order.
  func places(_ axes: [Int], in input: [Int]) throws(SwiftCNNError) -> [Int] {
    let places = axes.map { $0 < 0 ? $0 + input.count : $0 - 1 }
    guard places.allSatisfy(input.indices.contains), Set(places).count == places.count else {
      throw .invalidValue(
        "\(title): axis must name axes of an input of shape \(Shape.batchText(input)), each once: from 1 to \(input.count), or "
          + "from -1 to -\(input.count); got \(Shape.text(axes))")
    }
    return places.sorted()
  }

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
