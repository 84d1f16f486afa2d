/// Places along one axis, one after the other, that are computed alike.
protocol AxisRun {
  var count: Int { get }
  /// The `i`th place alone.
  func alone(_ i: Int) -> Self
}

/// Places in a line along a row or a column of an image that are computed alike: one contraction.
struct Line<Run: AxisRun> {
  /// Of the first place.
  let rows: Run
  let columns: Run
  let isUpright: Bool

  var count: Int { isUpright ? rows.count : columns.count }
}

/// The places of an image, by what is computed alike along either axis.
struct Lines<Run: AxisRun> {
  let rows: [Run]
  let columns: [Run]

  /// Lines shorter than this make poor tiles.
  private static var short: Int { 6 }

  /// The lines that together hold every place; row by row, but where runs along a row are short, column by column.
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

/// The inputs of a convolution by the taps that they meet, of outputs that exist: the gradients of a line are one contraction
/// without a product with the zeros beyond the outputs' edges, or those that a stride leaves between outputs. An operation keeps
/// them: finding them takes a while.
struct InputLines {
  let all: Lines<InputRun>
  /// Whether inputs meet no tap at all: between strides, or where a window never comes.
  let hasUnmet: Bool

  init(_ geometry: ConvolutionGeometry) {
    let (rows, columns) = (geometry.rows.inputRuns, geometry.columns.inputRuns)
    all = Lines(rows: rows.filter { !$0.taps.isEmpty }, columns: columns.filter { !$0.taps.isEmpty })
    hasUnmet = all.rows.count + all.columns.count < rows.count + columns.count
  }
}
