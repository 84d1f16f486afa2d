import CKernels

/// A square of an image at the place of a tile; some of its pixels may lie outside the image.
protocol Patch {
  /// From the image's first element to the patch's, which may lie outside.
  var start: Int { get }
  /// From one row or pixel to the next.
  var row: Int { get }
  var pixel: Int { get }
  func contains(_ row: Int, _ column: Int) -> Bool
}

extension Patch {
  /// From the image's first element to channel `i` of a pixel.
  @inline(__always)
  func place(_ row: Int, _ column: Int, _ i: Int) -> Int { start &+ row &* self.row &+ column &* pixel &+ i }
}

/// A patch inside the image: it needs no checks.
struct InnerPatch: Patch {
  let start: Int
  let row: Int
  let pixel: Int

  @inline(__always)
  func contains(_ row: Int, _ column: Int) -> Bool { true }
}

struct BorderPatch: Patch {
  let start: Int
  let row: Int
  let pixel: Int
  /// The patch's rows and columns that are inside the image.
  let rows: (first: Int, end: Int)
  let columns: (first: Int, end: Int)

  @inline(__always)
  func contains(_ row: Int, _ column: Int) -> Bool {
    row >= rows.first && row < rows.end && column >= columns.first && column < columns.end
  }
}

/// A tile's outputs along one axis: F(outputs, 3).
protocol TileExtent {
  static var outputs: Int { get }
}

enum Wide: TileExtent {
  @inline(__always)
  static var outputs: Int { 4 }
}

enum Narrow: TileExtent {
  @inline(__always)
  static var outputs: Int { 2 }
}

extension TileExtent {
  @inline(__always)
  static var inputs: Int { outputs &+ 2 }
  @inline(__always)
  static var isNarrow: Bool { outputs == 2 }

  /// Whether a tile has a value for the point at this place of 0, 1, -1, 2, -2 and infinity.
  @inline(__always)
  static func uses(_ point: Int) -> Bool { !isNarrow || point < 3 || point == 5 }
}

/// Work on one tile, at one place of the image and of the transformed tiles.
protocol TileWork {
  /// Whether patches are those of the inputs.
  static var readsInputs: Bool { get }
  /// `tile`: from the first tile's place in a plane to this one's.
  func run<Rows: TileExtent, Columns: TileExtent>(
    _ patch: some Patch, _ rows: Rows.Type, _ columns: Columns.Type, channels: Int, tile: Int)
}

extension KernelWinograd {
  /// Does the work on every tile.
  @inline(__always)
  func forEachTile(_ work: some TileWork) {
    switch (narrow_rows != 0, narrow_columns != 0) {
    case (false, false): forEachTile(work, Wide.self, Wide.self)
    case (false, true): forEachTile(work, Wide.self, Narrow.self)
    case (true, false): forEachTile(work, Narrow.self, Wide.self)
    case (true, true): forEachTile(work, Narrow.self, Narrow.self)
    }
  }

  /// One function for each pair of extents. A single function would be too large for the compiler to inline the loops.
  @inline(never)
  private func forEachTile<Work: TileWork, Rows: TileExtent, Columns: TileExtent>(
    _ work: Work, _ rows: Rows.Type, _ columns: Columns.Type
  ) {
    let patchRows = Work.readsInputs ? Rows.inputs : Rows.outputs
    let patchColumns = Work.readsInputs ? Columns.inputs : Columns.outputs
    for i in 0..<count {
      let (tileY, tileX) = (first &+ i).quotientAndRemainder(dividingBy: tiles_x)
      let top = 4 &* tileY &- pad_top
      let left = 4 &* tileX &- pad_left
      let start = top &* row &+ left &* pixel
      if top >= 0 && left >= 0 && top &+ patchRows <= height && left &+ patchColumns <= width {
        work.run(
          InnerPatch(start: start, row: row, pixel: pixel), rows, columns, channels: channels, tile: i &* step)
      } else {
        work.run(
          BorderPatch(
            start: start, row: row, pixel: pixel, rows: (max(0, 0 &- top), min(patchRows, height &- top)),
            columns: (max(0, 0 &- left), min(patchColumns, width &- left))), rows, columns, channels: channels, tile: i &* step)
      }
    }
  }
}
