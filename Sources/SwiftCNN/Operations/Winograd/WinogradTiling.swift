import CKernels

/// The tiles of a convolution's outputs (4 x 4 of each phase), and the blocks of tiles for the matrix products. The phases of a
/// pixel are the channels of these products. A 3 x 3 convolution of stride 1 has one phase. If one or two rows or columns of
/// outputs are left over, their tiles are narrow.
///
/// An output is computed from its own tile, so it does not depend on the blocks. Sums over tiles are taken block by block. The
/// blocks depend on the images of a call; in the backward pass these depend on the problem alone.
struct WinogradTiling {
  /// The number of values in a tile of inputs, 6 x 6. A transformed image has one plane for each.
  static let planes = 36

  let phases: PolyphasePlane
  private let inputChannels: Int
  private let outputChannels: Int
  private let rows: TileCount
  private let columns: TileCount
  /// Whether the transformed weights fit in a core's second-level cache, so that they stay there for all blocks.
  let weightsStay: Bool
  /// The approximate size of the longest block. The block's planes fit in a core's second-level cache. If the weights do not fit
  /// in it, blocks are much longer, because every block reads all weights.
  private let blockTiles: Int

  /// Nil if `PolyphasePlane` is nil.
  init?(_ geometry: ConvolutionGeometry) {
    guard geometry.groups == 1, let phases = PolyphasePlane(geometry) else { return nil }
    self.phases = phases
    inputChannels = geometry.channels
    outputChannels = geometry.filters
    rows = TileCount(outputs: phases.rows.output(0).count)
    columns = TileCount(outputs: phases.columns.output(0).count)
    let (channels, filters) = (phases.inputs * geometry.channels, phases.outputs * geometry.filters)
    weightsStay = Self.planes * channels * filters <= Self.cache
    blockTiles = weightsStay ? max(32, Self.cache / (Self.planes * (Self.step(channels) + Self.step(filters)))) : 96
  }

  /// The number of elements that fit in a core's second-level cache.
  private static let cache = 160 << 10

  /// Channels and filters of the products: those of all phases.
  var channels: Int { phases.inputs * inputChannels }
  var filters: Int { phases.outputs * outputChannels }

  /// The number of tiles in an image, and of their values: 36 for each tile, fewer for a narrow one.
  private var tiles: Int { kinds.reduce(0) { $0 + $1.tiles } }
  var points: Int { rows.points * columns.points }

  /// The number of vectors of channels and filters that are transformed for a tile of every phase.
  var transformedVectors: Int {
    phases.inputs * inputChannels.dividedUp(by: 16) + phases.outputs * outputChannels.dividedUp(by: 16)
  }

  /// The number of images that fill a block. With fewer images, the weights (and in the backward pass their gradients) would be
  /// read more often.
  var imagesAtOnce: Int { max(1, blockTiles / tiles) }

  /// Elements from one tile to the next within a plane: whole vectors. Their number is odd where rows would otherwise share cache
  /// sets.
  static func step(_ channels: Int) -> Int {
    let vectors = channels.dividedUp(by: 16)
    return 16 * (vectors % 8 == 0 ? vectors + 1 : vectors)
  }

  /// Elements of the transformed tiles of a block. A plane ends with a spare vector, for the same reason.
  func elements(channels: Int) -> Int { Self.planes * plane(channels: channels) }
  /// The number of tiles of each of the four kinds may be rounded up in a block.
  func plane(channels: Int) -> Int { (blockTiles + 3) * Self.step(channels) + 16 }
}

// MARK: - Kinds of tiles

extension WinogradTiling {
  /// The number of tiles along an axis: tiles of 4 outputs, and one tile of 2 if one or two outputs are left over.
  private struct TileCount {
    let wide: Int
    let narrow: Int

    init(outputs: Int) {
      wide = (outputs + 1) / 4
      narrow = 4 * wide < outputs ? 1 : 0
    }

    /// The number of transformed values in a row of tiles.
    var points: Int { 6 * wide + 4 * narrow }
    func tiles(narrow isNarrow: Bool) -> Int { isNarrow ? narrow : wide }
    /// The first output of these tiles.
    func first(narrow isNarrow: Bool) -> Int { isNarrow ? 4 * wide : 0 }
  }

  /// The tiles of an image that are narrow along the same axes.
  struct Kind {
    let hasNarrowRows: Bool
    let hasNarrowColumns: Bool
    let tilesX: Int
    let tiles: Int
    /// The number of outputs before its first tile.
    let top: Int
    let left: Int
  }

  /// The kinds, ordered so that the tiles with a value in a plane are always contiguous.
  private var kinds: [Kind] {
    [(false, true), (false, false), (true, false), (true, true)].map { narrowRows, narrowColumns in
      let tilesX = columns.tiles(narrow: narrowColumns)
      return Kind(
        hasNarrowRows: narrowRows, hasNarrowColumns: narrowColumns, tilesX: tilesX,
        tiles: rows.tiles(narrow: narrowRows) * tilesX, top: rows.first(narrow: narrowRows),
        left: columns.first(narrow: narrowColumns))
    }
  }
}

// MARK: - Blocks

extension WinogradTiling {
  /// A part of a block: tiles of the same kind and image.
  struct Piece {
    let kind: Kind
    let image: Int
    let tiles: Range<Int>
    /// The position of its first tile in the block.
    let place: Int

    /// The same tiles, divided into pieces that several threads can share.
    var small: [Piece] {
      stride(from: 0, to: tiles.count, by: 4).map {
        Piece(kind: kind, image: image, tiles: tiles.dropFirst($0).prefix(4), place: place + $0)
      }
    }
  }

  struct Block {
    /// The position where the tiles of each kind begin, and the end of the last kind.
    fileprivate(set) var starts = [0]
    fileprivate(set) var pieces: [Piece] = []

    /// The tiles with a value in a plane. Narrow tiles have none for the points 2 and -2.
    func tiles(in plane: Int) -> Range<Int> {
      let (row, column) = plane.quotientAndRemainder(dividingBy: 6)
      let (needsWideRow, needsWideColumn) = (3...4 ~= row, 3...4 ~= column)
      return starts[needsWideColumn ? 1 : 0]..<starts[needsWideRow ? 2 : needsWideColumn ? 3 : 4]
    }
  }

  /// Divides the tiles of `images` images into blocks. Each block has a part of the tiles of each kind, in the order of images.
  func blocks(images: Int) -> [Block] {
    let count = (images * tiles).dividedUp(by: blockTiles)
    return (0..<count).map { part in
      var block = Block()
      for kind in kinds {
        let all = images * kind.tiles
        let range = part * all / count..<(part + 1) * all / count
        // Invariant: `starts` begins with one element.
        block.pieces += pieces(kind, range, from: block.starts.last!)
        // Invariant: as above.
        block.starts.append(block.starts.last! + range.count)
      }
      return block
    }
  }

  private func pieces(_ kind: Kind, _ range: Range<Int>, from place: Int) -> [Piece] {
    if range.isEmpty { return [] }
    return (range.lowerBound / kind.tiles...(range.upperBound - 1) / kind.tiles).map { image in
      let first = image * kind.tiles
      let part = range.clamped(to: first..<first + kind.tiles)
      return Piece(
        kind: kind, image: image, tiles: part.lowerBound - first..<part.upperBound - first,
        place: place + part.lowerBound - range.lowerBound)
    }
  }
}

// MARK: - Phases of a piece

extension WinogradTiling {
  /// One phase for a transform: its pixels, and the position of its channels among those of the tiles.
  struct Phase {
    var transform: KernelWinograd
    /// Elements before its first pixel in the image, and before the piece's first tile in a plane.
    let image: Int
    let plane: Int
  }

  func inputs(_ piece: Piece) -> [Phase] {
    (0..<phases.inputs).map { phase in
      makePhase(
        piece, phase, phases.input(phase), width: phases.columns.axis.input, channels: inputChannels, of: channels,
        pixel: inputChannels)
    }
  }

  /// - Parameter pixel: elements from one pixel to the next, if this is not the number of channels.
  func outputs(_ piece: Piece, pixel: Int? = nil) -> [Phase] {
    (0..<phases.outputs).map { phase in
      makePhase(
        piece, phase, phases.output(phase), width: phases.columns.axis.output, channels: outputChannels, of: filters,
        pixel: pixel ?? outputChannels)
    }
  }

  private func makePhase(
    _ piece: Piece, _ phase: Int, _ pixels: PolyphasePlane.Pixels, width: Int, channels: Int, of all: Int, pixel: Int
  ) -> Phase {
    let (rows, columns) = pixels
    let row = width * pixel
    let kind = piece.kind
    return Phase(
      transform: KernelWinograd(
        height: rows.count, width: columns.count, channels: channels, row: rows.step * row, pixel: columns.step * pixel,
        pad_top: rows.padBefore - kind.top, pad_left: columns.padBefore - kind.left, tiles_x: kind.tilesX,
        first: piece.tiles.lowerBound, count: piece.tiles.count, step: Self.step(all), plane: plane(channels: all),
        narrow_rows: kind.hasNarrowRows ? 1 : 0, narrow_columns: kind.hasNarrowColumns ? 1 : 0),
      image: rows.first * row + columns.first * pixel, plane: piece.place * Self.step(all) + phase * channels)
  }
}
