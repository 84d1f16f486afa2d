import CKernels

/// The tiles of a convolution's outputs, 4 x 4 of each phase, and the blocks in which they go through the matrix products.
/// The phases of a pixel are the channels of these products; a 3 x 3 convolution of stride 1 has one phase.
///
/// Tiles of all images of a call form one sequence; a block is a run of it. No result depends on where blocks end: an
/// output is computed from its own tile, and sums over tiles go along the sequence.
struct WinogradTiling {
  /// Places in a tile of inputs, 6 x 6: the planes of a transformed image.
  static let planes = 36

  let phases: PolyphasePlane
  private let inputChannels: Int
  private let outputChannels: Int
  private let tilesX: Int
  /// Tiles of an image.
  let tiles: Int
  /// Whether the transformed weights fit into a core's second cache, so that they stay there from one block to the next.
  let weightsStay: Bool
  /// The longest block: as many tiles as leave the block's planes in a core's second cache; many more where the weights do not
  /// fit into it, as every block reads them all.
  private let blockTiles: Int

  /// Nil where `PolyphasePlane` is.
  init?(_ geometry: ConvolutionGeometry) {
    guard geometry.groups == 1, let phases = PolyphasePlane(geometry) else { return nil }
    self.phases = phases
    inputChannels = geometry.channels
    outputChannels = geometry.filters
    tilesX = phases.columns.output(0).count.dividedUp(by: 4)
    tiles = phases.rows.output(0).count.dividedUp(by: 4) * tilesX
    let (channels, filters) = (phases.inputs * geometry.channels, phases.outputs * geometry.filters)
    weightsStay = Self.planes * channels * filters <= Self.cache
    blockTiles = weightsStay ? max(32, Self.cache / (Self.planes * (Self.step(channels) + Self.step(filters)))) : 96
  }

  /// Elements of which a core's second cache has room.
  private static let cache = 160 << 10

  /// Of the products: those of all phases.
  var channels: Int { phases.inputs * inputChannels }
  var filters: Int { phases.outputs * outputChannels }

  /// Vectors of channels and filters that are transformed for a tile of every phase.
  var transformedVectors: Int {
    phases.inputs * inputChannels.dividedUp(by: 16) + phases.outputs * outputChannels.dividedUp(by: 16)
  }

  /// Images that fill a block: fewer would read the weights, and in backward their gradients, more often.
  var imagesAtOnce: Int { max(1, blockTiles / tiles) }

  /// From one tile to the next within a plane: whole vectors, whose number is odd where rows would else share cache sets.
  static func step(_ channels: Int) -> Int {
    let vectors = (channels + 15) / 16
    return 16 * (vectors % 8 == 0 ? vectors + 1 : vectors)
  }

  /// Elements of the transformed tiles of a block; a plane ends with a vector to spare, for the same reason.
  func elements(channels: Int) -> Int { Self.planes * plane(channels: channels) }
  func plane(channels: Int) -> Int { blockTiles * Self.step(channels) + 16 }
}

extension WinogradTiling {
  /// Part of a block: tiles of one image.
  struct Piece {
    let image: Int
    let tiles: Range<Int>
    /// Its first tile's place in the block.
    let place: Int

    /// The same tiles in pieces that several threads can share.
    var small: [Piece] {
      stride(from: 0, to: tiles.count, by: 4).map {
        Piece(image: image, tiles: tiles.dropFirst($0).prefix(4), place: place + $0)
      }
    }
  }

  struct Block {
    /// Their number.
    let tiles: Int
    let pieces: [Piece]
  }

  /// The blocks of the tiles of `images` images.
  func blocks(images: Int) -> [Block] {
    let total = images * tiles
    let count = total.dividedUp(by: blockTiles)
    return (0..<count).map { block in
      let range = block * total / count..<(block + 1) * total / count
      return Block(tiles: range.count, pieces: pieces(range))
    }
  }

  private func pieces(_ range: Range<Int>) -> [Piece] {
    (range.lowerBound / tiles...(range.upperBound - 1) / tiles).map { image in
      let part = range.clamped(to: image * tiles..<(image + 1) * tiles)
      return Piece(
        image: image, tiles: part.lowerBound - image * tiles..<part.upperBound - image * tiles,
        place: part.lowerBound - range.lowerBound)
    }
  }

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
        piece, phase, phases.input(phase), row: phases.columns.axis.input * inputChannels, channels: inputChannels,
        of: channels)
    }
  }

  func outputs(_ piece: Piece) -> [Phase] {
    (0..<phases.outputs).map { phase in
      makePhase(
        piece, phase, phases.output(phase), row: phases.columns.axis.output * outputChannels, channels: outputChannels,
        of: filters)
    }
  }

  private func makePhase(
    _ piece: Piece, _ phase: Int, _ pixels: PolyphasePlane.Pixels, row: Int, channels: Int, of all: Int
  ) -> Phase {
    let (rows, columns) = pixels
    return Phase(
      transform: KernelWinograd(
        height: rows.count, width: columns.count, channels: channels, row: rows.step * row, pixel: columns.step * channels,
        pad_top: rows.padBefore, pad_left: columns.padBefore, tiles_x: tilesX, first: piece.tiles.lowerBound,
        count: piece.tiles.count, step: Self.step(all), plane: plane(channels: all)),
      image: rows.first * row + columns.first * channels, plane: piece.place * Self.step(all) + phase * channels)
  }
}
