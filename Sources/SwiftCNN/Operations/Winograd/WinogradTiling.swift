import CKernels

/// The tiles of a convolution's outputs, 4 x 4 of each phase, and the blocks in which they go through the matrix products.
/// The phases of a pixel are the channels of these products; a 3 x 3 convolution of stride 1 has one phase. Where one or two
/// rows or columns of outputs are left, their tiles are narrow.
///
/// An output is computed from its own tile, wherever its block ends. Sums over tiles go along the blocks, which follow from the
/// images of a call; in backward these are a matter of the problem alone.
struct WinogradTiling {
  /// Places in a tile of inputs, 6 x 6: the planes of a transformed image.
  static let planes = 36

  let phases: PolyphasePlane
  private let inputChannels: Int
  private let outputChannels: Int
  private let rows: TileCount
  private let columns: TileCount
  /// Whether the transformed weights fit into a core's second cache, so that they stay there from one block to the next.
  let weightsStay: Bool
  /// The longest block, about: as many tiles as leave the block's planes in a core's second cache; many more where the weights
  /// do not fit into it, as every block reads them all.
  private let blockTiles: Int

  /// Nil where `PolyphasePlane` is.
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

  /// Elements of which a core's second cache has room.
  private static let cache = 160 << 10

  /// Of the products: those of all phases.
  var channels: Int { phases.inputs * inputChannels }
  var filters: Int { phases.outputs * outputChannels }

  /// Tiles of an image, and their values: 36 of each, fewer of narrow ones.
  private var tiles: Int { kinds.reduce(0) { $0 + $1.tiles } }
  var points: Int { rows.points * columns.points }

  /// Vectors of channels and filters that are transformed for a tile of every phase.
  var transformedVectors: Int {
    phases.inputs * inputChannels.dividedUp(by: 16) + phases.outputs * outputChannels.dividedUp(by: 16)
  }

  /// Images that fill a block: fewer would read the weights, and in backward their gradients, more often.
  var imagesAtOnce: Int { max(1, blockTiles / tiles) }

  /// From one tile to the next within a plane: whole vectors, whose number is odd where rows would else share cache sets.
  static func step(_ channels: Int) -> Int {
    let vectors = channels.dividedUp(by: 16)
    return 16 * (vectors % 8 == 0 ? vectors + 1 : vectors)
  }

  /// Elements of the transformed tiles of a block; a plane ends with a vector to spare, for the same reason.
  func elements(channels: Int) -> Int { Self.planes * plane(channels: channels) }
  /// A block's part of each of four kinds of tiles may be rounded up.
  func plane(channels: Int) -> Int { (blockTiles + 3) * Self.step(channels) + 16 }
}

// MARK: - Kinds of tiles

extension WinogradTiling {
  /// The tiles along an axis: so many of 4 outputs, and one of 2 for one or two that are left.
  private struct TileCount {
    let wide: Int
    let narrow: Int

    init(outputs: Int) {
      wide = (outputs + 1) / 4
      narrow = 4 * wide < outputs ? 1 : 0
    }

    /// The transformed values of a row of tiles.
    var points: Int { 6 * wide + 4 * narrow }
    func tiles(narrow isNarrow: Bool) -> Int { isNarrow ? narrow : wide }
    /// The first output of its tiles.
    func first(narrow isNarrow: Bool) -> Int { isNarrow ? 4 * wide : 0 }
  }

  /// The tiles of an image that are narrow along the same axes.
  struct Kind {
    let hasNarrowRows: Bool
    let hasNarrowColumns: Bool
    let tilesX: Int
    let tiles: Int
    /// The outputs before its first tile.
    let top: Int
    let left: Int
  }

  /// In an order in which the tiles that have a value in a plane lie side by side, whatever the plane.
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
  /// Part of a block: tiles of one kind and image.
  struct Piece {
    let kind: Kind
    let image: Int
    let tiles: Range<Int>
    /// Its first tile's place in the block.
    let place: Int

    /// The same tiles in pieces that several threads can share.
    var small: [Piece] {
      stride(from: 0, to: tiles.count, by: 4).map {
        Piece(kind: kind, image: image, tiles: tiles.dropFirst($0).prefix(4), place: place + $0)
      }
    }
  }

  struct Block {
    /// Where each kind's tiles begin, and where the last one's end.
    fileprivate(set) var starts = [0]
    fileprivate(set) var pieces: [Piece] = []

    /// The tiles that have a value in a plane: narrow ones have none for the points 2 and -2.
    func tiles(in plane: Int) -> Range<Int> {
      let (row, column) = plane.quotientAndRemainder(dividingBy: 6)
      let (needsWideRow, needsWideColumn) = (3...4 ~= row, 3...4 ~= column)
      return starts[needsWideColumn ? 1 : 0]..<starts[needsWideRow ? 2 : needsWideColumn ? 3 : 4]
    }
  }

  /// The blocks of the tiles of `images` images: of each kind's tiles in the order of images, a part.
  func blocks(images: Int) -> [Block] {
    let count = (images * tiles).dividedUp(by: blockTiles)
    return (0..<count).map { part in
      var block = Block()
      for kind in kinds {
        let all = images * kind.tiles
        let range = part * all / count..<(part + 1) * all / count
        // Invariant: it begins with one start.
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
  /// What a transform takes of one phase: its pixels, and where its channels lie among those of the tiles.
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

  /// - Parameter pixel: from one pixel to the next, if not its channels.
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
