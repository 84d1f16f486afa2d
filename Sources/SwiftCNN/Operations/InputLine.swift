/// Inputs that meet the same taps of outputs that exist, in a line along a row or a column of the image: their gradients are one
/// contraction without a product with the zeros beyond the outputs' edges, or those that a stride leaves between outputs.
struct InputLine {
  /// Of the first input.
  let rows: InputRun
  let columns: InputRun
  let isUpright: Bool

  var count: Int { isUpright ? rows.count : columns.count }
}

/// The inputs of a convolution, along either axis, by the taps that they meet. An operation keeps them: finding them takes a while.
struct InputRuns {
  private let rows: [InputRun]
  private let columns: [InputRun]
  private let strides: Extent

  /// Lines shorter than this make poor tiles.
  private static let shortLine = 6

  /// Whether inputs meet no tap at all: between strides, or where a window never comes.
  let hasUnmet: Bool

  init(_ geometry: ConvolutionGeometry) {
    let (allRows, allColumns) = (geometry.rows.inputRuns, geometry.columns.inputRuns)
    rows = allRows.filter { !$0.taps.isEmpty }
    columns = allColumns.filter { !$0.taps.isEmpty }
    strides = Extent(geometry.rows.stride, geometry.columns.stride)
    hasUnmet = rows.count + columns.count < allRows.count + allColumns.count
  }

  /// The lines that together hold every input that meets a tap; row by row, but where runs along a row are short, column by
  /// column.
  func forEachLine(_ body: (InputLine) -> Void) {
    for row in rows {
      let isUpright = { (run: InputRun) in run.count < min(row.count, Self.shortLine) }
      for i in 0..<row.count {
        for run in columns where !isUpright(run) {
          body(InputLine(rows: row.input(i, stride: strides.height), columns: run, isUpright: false))
        }
      }
      for run in columns where isUpright(run) {
        for i in 0..<run.count {
          body(InputLine(rows: row, columns: run.input(i, stride: strides.width), isUpright: true))
        }
      }
    }
  }
}
