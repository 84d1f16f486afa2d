// Layers that work along axes of the batch's shape, as Keras counts them: from 1 without the batch's, or from -1 backwards.

extension CompilableLayer {
  /// Refuses axes that are the last ones of no shape.
  func checkTrailing(_ axes: [Int]) throws(SwiftCNNError) {
    guard !axes.isEmpty, !axes.contains(0), Set(axes).count == axes.count else {
      throw .invalidValue(
        "\(title): axis must name the last axis (-1), or the last ones such as [-2, -1], each once; got \(Shape.text(axes))")
    }
  }

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
}

extension CompilableLayer {
  /// Refuses axes that no sample has.
  func checkOfSample(_ axes: [Int]) throws(SwiftCNNError) {
    guard !axes.contains(0), Set(axes).count == axes.count else {
      throw .invalidValue(
        "\(title): axis must name axes of a sample, each once: from 1, or from -1 backwards, as 0 is the batch's; got "
          + Shape.text(axes))
    }
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
}

extension JSON {
  /// One axis is a number, as Keras writes it.
  static func axes(_ axes: [Int]) -> JSON { axes.count == 1 ? .integer(axes[0]) : JSON(axes) }
}

extension JSON.Field {
  func axes(_ key: String, default missing: [Int]) throws(SwiftCNNError) -> [Int] {
    try optional(key)?.oneOrMoreIntegers() ?? missing
  }

  func oneOrMoreIntegers() throws(SwiftCNNError) -> [Int] {
    if case .integer(let integer) = value { return [integer] }
    return try integers()
  }
}
