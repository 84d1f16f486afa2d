import CKernels

/// The terms of one row of sums: for every tap, `depth` channels of an image and the same number of rows of packed weights.
struct Taps {
  var rows: Int
  /// Elements of the image from one row of taps to the next.
  var rowStep: Int
  var columns: Int
  /// The same from one column of taps to the next.
  var columnStep: Int
  var depth: Int
  var relu: Bool
  /// The packed weights, [rows][columns][depth][panel's columns]. Rows of taps are `weightRow` elements apart.
  var weights: UnsafePointer<Float>! = nil
  var weightRow = 0

  /// Runs the tile. Its `a` points at the first tap of the first sum. One call is enough if the channels under a row of taps are
  /// contiguous. Otherwise (dilation, groups) there is one call for each row of taps.
  func contract(_ kernels: KernelTable, _ tile: KernelTile) {
    var tile = tile
    tile.a_step = 1
    tile.b = weights
    tile.accumulate = 0
    if columnStep == depth || rows * columns == 0 {
      tile.outer = rows
      tile.a_outer = rowStep
      tile.b_outer = weightRow
      tile.depth = columns * depth
      tile.relu = relu ? 1 : 0
      return kernels.tile(&tile)
    }
    tile.outer = columns
    tile.a_outer = columnStep
    tile.b_outer = depth * tile.b_row
    tile.depth = depth
    for row in 0..<rows {
      tile.relu = relu && row == rows - 1 ? 1 : 0
      kernels.tile(&tile)
      tile.accumulate = 1
      tile.a += rowStep
      tile.b += weightRow
    }
  }
}
