/// The sizes of a pooling.
struct PoolGeometry: Sendable {
  let rows: SlidingAxis
  let columns: SlidingAxis
  let channels: Int

  var output: [Int] { [rows.output, columns.output, channels] }
}
