/// Consecutive places along one axis that are computed in the same way.
protocol AxisRun {
  var count: Int { get }
  /// The `i`th place alone.
  func alone(_ i: Int) -> Self
}

/// Places along a row or a column of an image that are computed in the same way, by one contraction.
struct Line<Run: AxisRun> {
  /// The coordinates of the first place.
  let rows: Run
  let columns: Run
  let isUpright: Bool

  var count: Int { isUpright ? rows.count : columns.count }
}

/// The places of an image, divided into lines along both axes.
struct Lines<Run: AxisRun> {
  let rows: [Run]
  let columns: [Run]

  /// Lines shorter than this use the register tile poorly.
  private static var short: Int { 6 }

  /// Lines that together cover every place. They follow the rows, or the columns where the runs along a row are short.
  func forEachLine(_ body: (Line<Run>) -> Void) {
    for row in rows {
      let isUpright = { (run: Run) in run.count < min(row.count, Self.short) }
      for i in 0..<row.count {
        for run in columns where !isUpright(run) { body(Line(rows: row.alone(i), columns: run, isUpright: false)) }
      }
      for run in columns where isUpright(run) {
        for i in 0..<run.count { body(Line(rows: row, columns: run.alone(i), isUpright: true)) }
      }
    }
  }
}

/// The inputs of a convolution, grouped by the taps that meet them for existing outputs. The gradient of a line is one
/// contraction. It has no products with the zeros beyond the edges of the outputs, or with those that a stride leaves between
/// outputs. An operation computes these lines once and keeps them, because that takes a while.
struct InputLines {
  let all: Lines<InputRun>
  /// Whether some inputs meet no tap at all: because they lie between strides, or where no window reaches.
  let hasUnmet: Bool

  init(_ geometry: ConvolutionGeometry) {
    let (rows, columns) = (geometry.rows.inputRuns, geometry.columns.inputRuns)
    all = Lines(rows: rows.filter { !$0.taps.isEmpty }, columns: columns.filter { !$0.taps.isEmpty })
    hasUnmet = all.rows.count + all.columns.count < rows.count + columns.count
  }
}
