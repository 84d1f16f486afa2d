/// Where an image lies relative to another: rows and columns that one lacks are cut from the other, or filled.
struct Placement {
  /// Sizes along an axis, and where the input's first row or column is in the output; negative where it is cut off.
  struct Axis {
    let input: Int
    let output: Int
    let shift: Int

    /// The inputs that are there in the output.
    var kept: Range<Int> { max(0, -shift)..<min(input, output - shift) }
    var inverse: Axis { Axis(input: output, output: input, shift: -shift) }
  }

  let rows: Axis
  let columns: Axis
  let channels: Int

  /// - Parameters:
  ///   - input, output: (H, W, C) with the same C; they overlap.
  ///   - top, left: where the input's first pixel is in the output.
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
  /// From the output back to the input.
  var inverse: Placement { Placement(rows: rows.inverse, columns: columns.inverse, channels: channels) }
}
