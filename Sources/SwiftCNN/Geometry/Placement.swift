/// The position of one image relative to another. Rows and columns that only one of them has are removed or filled.
struct Placement {
  /// Sizes along an axis, and the position of the input's first row or column in the output; negative if it is removed.
  struct Axis {
    let input: Int
    let output: Int
    let shift: Int

    /// The range of inputs that are in the output.
    var kept: Range<Int> { max(0, -shift)..<min(input, output - shift) }
    var inverse: Axis { Axis(input: output, output: input, shift: -shift) }
  }

  let rows: Axis
  let columns: Axis
  let channels: Int

  /// - Parameters:
  ///   - input, output: (H, W, C) with the same C; they overlap.
  ///   - top, left: the position of the input's first pixel in the output.
  init(from input: [Int], to output: [Int], top: Int, left: Int) {
    rows = Axis(input: input[0], output: output[0], shift: top)
    columns = Axis(input: input[1], output: output[1], shift: left)
    channels = input[2]
  }

  private init(rows: Axis, columns: Axis, channels: Int) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  var outputShape: [Int] { [rows.output, columns.output, channels] }
  /// The placement from the output back to the input.
  var inverse: Placement { Placement(rows: rows.inverse, columns: columns.inverse, channels: channels) }
}
