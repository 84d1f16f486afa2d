import Glibc

/// Rows of the gradient of a padded image, summed band by band from top to bottom; the image's own part of them moves on to the
/// gradient of the image once no later band meets them.
struct GradientRows {
  private let border: Border
  /// The rows that are being summed.
  let sums: UnsafeMutablePointer<Float>
  private let target: UnsafeMutablePointer<Float>?
  private var held = 0..<0
  /// The first row that is not yet in `target`.
  private var next = 0

  /// - Parameter target: nil where nobody asks for the gradient; then nothing is to be summed.
  init(_ border: Border, sums: UnsafeMutablePointer<Float>, target: UnsafeMutablePointer<Float>?) {
    self.border = border
    self.sums = sums
    self.target = target
  }

  /// Makes `sums` the rows `rows`, those of the padding included.
  mutating func move(to rows: Range<Int>) {
    if target == nil { return }
    write(upTo: rows.lowerBound)
    let kept = held.clamped(to: rows)
    if !kept.isEmpty {
      memmove(sums, sums + (kept.lowerBound - held.lowerBound) * border.paddedRow, kept.count * border.paddedRow * 4)
    }
    memset(sums + kept.count * border.paddedRow, 0, (rows.count - kept.count) * border.paddedRow * 4)
    held = rows
  }

  mutating func finish() { write(upTo: border.height) }

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
