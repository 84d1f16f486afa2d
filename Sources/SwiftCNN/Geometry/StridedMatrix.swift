/// A sample as a matrix. A row has `depth` elements along one axis. There is a row for each place along the other axes, in their
/// order.
struct StridedMatrix {
  let depth: Int
  /// The other axes.
  let others: [Int]
  private let inner: Int

  init(_ shape: [Int], axis: Int) {
    depth = shape[axis]
    others = Array(shape[..<axis] + shape[(axis + 1)...])
    inner = shape[(axis + 1)...].reduce(1, *)
  }

  var rows: Int { others.reduce(1, *) }
  var elements: Int { rows * depth }

  /// The offset of element `k` of a row.
  func place(_ row: Int, _ k: Int) -> Int { row / inner * depth * inner + k * inner + row % inner }
}
