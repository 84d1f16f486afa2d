/// Inputs that meet the same taps of outputs that exist, in a line along a row or a column of the image: their gradients are one
/// contraction without a product with the zeros beyond the outputs' edges, or those that a stride leaves between outputs.
struct InputLine {
  /// Of the first input.
  let rows: InputRun
  let columns: InputRun
  let isUpright: Bool

  var count: Int { isUpright ? rows.count : columns.count }
}

extension ConvolutionGeometry {
  /// Lines shorter than this make poor tiles.
  private static let shortLine = 6

  /// Whether inputs meet no tap at all: between strides, or where a window never comes.
  var hasUnmetInputs: Bool { (rows.inputRuns + columns.inputRuns).contains { $0.taps.isEmpty } }

  /// The lines that together hold every input that meets a tap; row by row, but where runs along a row are short, column by
  /// column.
  func forEachInputLine(_ body: (InputLine) -> Void) {
    let runs = columns.inputRuns.filter { !$0.taps.isEmpty }
    for row in rows.inputRuns where !row.taps.isEmpty {
      let isUpright = { (run: InputRun) in run.count < min(row.count, Self.shortLine) }
      for i in 0..<row.count {
        for run in runs where !isUpright(run) {
          body(InputLine(rows: row.input(i, stride: rows.stride), columns: run, isUpright: false))
        }
      }
      for run in runs where isUpright(run) {
        for i in 0..<run.count {
          body(InputLine(rows: row, columns: run.input(i, stride: columns.stride), isUpright: true))
        }
      }
    }
  }
}
