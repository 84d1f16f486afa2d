import Glibc

/// Zeros around the rows of an image, as a convolution's windows meet them.
struct Border {
  /// Rows of the image.
  let height: Int
  /// Elements of a row.
  let row: Int
  /// Elements before a row, and with it and those behind it.
  let before: Int
  let paddedRow: Int

  /// The rows `rows` with their zeros, in `scratch`; rows that the image does not have are all zeros.
  /// The image itself if nothing is to be added.
  func surround(_ image: UnsafePointer<Float>, rows: Range<Int>, in scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>
  {
    if addsNothing(to: rows) { return image + rows.lowerBound * row }
    copy(image, rows: rows, to: scratch)
    return UnsafePointer(scratch)
  }

  /// Whether the rows `rows` lie in the image as they are.
  func addsNothing(to rows: Range<Int>) -> Bool { paddedRow == row && rows.lowerBound >= 0 && rows.upperBound <= height }

  /// The rows `rows` with their zeros; rows that the image does not have are all zeros.
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
