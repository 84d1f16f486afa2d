import Glibc

// What this folder is about: along each axis, the outputs of a convolution are cut into runs that meet the same taps of the kernel,
// so that no product is computed with the zeros around an image. Six columns, a kernel of three taps, stride 1, padding 'same':
//
//              ┌───┬───┬───┬───┬───┬───┐
//            0 │ a │ b │ c │ d │ e │ f │ 0      a row of the image; `Border` knows its zeros
//              └───┴───┴───┴───┴───┴───┘
//   output 0   t0  t1  t2                       TapRun: taps 1, 2
//   output 1       t0  t1  t2                ┐
//   …                                        │  TapRun: taps 0, 1, 2
//   output 4                   t0  t1  t2    ┘
//   output 5                       t0  t1  t2   TapRun: taps 0, 1
//
// A run of rows and a run of columns (`AxisRun`) make `Line`s: outputs in a row or a column that one call of the register tile
// computes. `Lines` are all of an image. `Taps` are the terms of each sum in a line: rows x columns of taps, each with its channels.
//
// The gradient of the input goes the other way. An `InputRun` has inputs that meet the same taps (`KernelTaps`), each tap with its
// output; with a stride, these inputs lie as far apart as the stride, and the taps that they meet are a `TapPhase`. `GradientRows`
// sum the gradient band by band where it is gathered output by output.

/// The zeros around the rows of an image, as a convolution's windows read them.
struct Border {
  /// The number of rows in the image.
  let height: Int
  /// The number of elements in a row.
  let row: Int
  /// Elements of padding before a row, and the length of a row with the padding on both sides.
  let before: Int
  let paddedRow: Int

  /// The rows `rows` with their zeros, copied to `scratch`. Rows outside the image are all zeros. Returns the image itself if no
  /// zeros are needed.
  func surround(_ image: UnsafePointer<Float>, rows: Range<Int>, in scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>
  {
    if addsNothing(to: rows) { return image + rows.lowerBound * row }
    copy(image, rows: rows, to: scratch)
    return UnsafePointer(scratch)
  }

  /// Whether the rows `rows` are in the image without padding.
  func addsNothing(to rows: Range<Int>) -> Bool { paddedRow == row && rows.lowerBound >= 0 && rows.upperBound <= height }

  /// Copies the rows `rows` with their zeros. Rows outside the image are all zeros.
  func copy(_ image: UnsafePointer<Float>, rows: Range<Int>, to copy: UnsafeMutablePointer<Float>) {
    for (i, y) in rows.enumerated() {
      let target = copy + i * paddedRow
      if y < 0 || y >= height {
        memset(target, 0, paddedRow * 4)
      } else {
        memset(target, 0, before * 4)
        memcpy(target + before, image + y * row, row * 4)
        memset(target + before + row, 0, (paddedRow - before - row) * 4)
      }
    }
  }
}
