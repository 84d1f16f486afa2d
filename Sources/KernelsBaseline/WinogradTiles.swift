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

/// A patch inside the image: nothing to ask.
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
  /// The patch's rows and columns that the image has.
  let rows: (first: Int, end: Int)
  let columns: (first: Int, end: Int)

  @inline(__always)
  func contains(_ row: Int, _ column: Int) -> Bool {
    row >= rows.first && row < rows.end && column >= columns.first && column < columns.end
  }
}

/// Work on one tile, at one place of the image and of the transformed tiles.
protocol TileWork {
  /// `tile`: from the first tile's place in a plane to this one's.
  func run(_ patch: some Patch, channels: Int, tile: Int)
}

extension KernelWinograd {
  /// Does the work on every tile, whose patch is `size` pixels wide and high.
  @inline(__always)
  func forEachTile(size: Int, _ work: some TileWork) {
    for i in 0..<count {
      let (tileY, tileX) = (first &+ i).quotientAndRemainder(dividingBy: tiles_x)
      let top = 4 &* tileY &- pad_top
      let left = 4 &* tileX &- pad_left
      let start = top &* row &+ left &* pixel
      if top >= 0 && left >= 0 && top &+ size <= height && left &+ size <= width {
        work.run(InnerPatch(start: start, row: row, pixel: pixel), channels: channels, tile: i &* step)
      } else {
        work.run(
          BorderPatch(
            start: start, row: row, pixel: pixel, rows: (max(0, 0 &- top), min(size, height &- top)),
            columns: (max(0, 0 &- left), min(size, width &- left))), channels: channels, tile: i &* step)
      }
    }
  }
}
