import Glibc

/// Rows of the gradient of a padded image. They are summed band by band from top to bottom. When no later band adds to a row, its
/// part inside the image is copied to the gradient of the image. Without padding, rows are summed directly in that gradient.
struct GradientRows {
  private let border: Border
  /// The rows that are being summed.
  private(set) var sums: UnsafeMutablePointer<Float>
  private let target: UnsafeMutablePointer<Float>?
  private let areInPlace: Bool
  private var held = 0..<0
  /// The first row that is not yet in `target`.
  private var next = 0

  /// - Parameters:
  ///   - scratch: memory for the rows of a band, with their padding.
  ///   - target: nil if the gradient is not needed. Then nothing may be summed.
  ///   - areInPlace: whether there is no padding, so that rows can be summed in `target`.
  init(_ border: Border, scratch: UnsafeMutablePointer<Float>, target: UnsafeMutablePointer<Float>?, areInPlace: Bool) {
    self.border = border
    sums = scratch
    self.target = target
    self.areInPlace = areInPlace
  }

  /// Makes `sums` point at the rows `rows`, including those of the padding.
  mutating func move(to rows: Range<Int>) {
    guard let target else { return }
    if areInPlace {
      write(upTo: rows.upperBound)
      sums = target + rows.lowerBound * border.row
      return
    }
    write(upTo: rows.lowerBound)
    let kept = held.clamped(to: rows)
    if !kept.isEmpty {
      memmove(sums, sums + (kept.lowerBound - held.lowerBound) * border.paddedRow, kept.count * border.paddedRow * 4)
    }
    memset(sums + kept.count * border.paddedRow, 0, (rows.count - kept.count) * border.paddedRow * 4)
    held = rows
  }

  mutating func finish() { write(upTo: border.height) }

  /// Sets the rows that nothing was added to to zero.
  private mutating func write(upTo end: Int) {
    guard let target else { return }
    while next < min(end, border.height) {
      let row = target + next * border.row
      if held.contains(next) {
        memcpy(row, sums + (next - held.lowerBound) * border.paddedRow + border.before, border.row * 4)
      } else {
        memset(row, 0, border.row * 4)
      }
      next += 1
    }
  }
}
