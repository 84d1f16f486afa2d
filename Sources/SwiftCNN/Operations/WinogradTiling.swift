import CKernels

/// The tiles of a 3 x 3 convolution's outputs, 4 x 4 each, and the blocks in which they go through the matrix products.
///
/// Tiles of all images of a call form one sequence; a block is a run of it. No result depends on where blocks end: an
/// output is computed from its own tile, and sums over tiles go along the sequence.
struct WinogradTiling {
  /// Places in a tile of inputs, 6 x 6: the planes of a transformed image.
  static let planes = 36

  let geometry: ConvolutionGeometry
  private let tilesX: Int
  /// Tiles of an image.
  let tiles: Int
  /// Whether the transformed weights fit into a core's second cache, so that they stay there from one block to the next.
  let weightsStay: Bool
  /// The longest block.
  let blockTiles: Int

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    tilesX = (geometry.columns.output + 3) / 4
    tiles = (geometry.rows.output + 3) / 4 * tilesX
    weightsStay = Self.planes * geometry.channels * geometry.filters <= Self.cache
    blockTiles = Self.blockTiles(geometry, weightsStay: weightsStay)
  }

  /// Elements that do.
  private static let cache = 160 << 10

  /// As many tiles as leave the block's planes in a core's second cache; many more where the weights do not fit into it, as
  /// every block reads them all.
  private static func blockTiles(_ geometry: ConvolutionGeometry, weightsStay: Bool) -> Int {
    weightsStay ? max(32, cache / (planes * (step(geometry.channels) + step(geometry.filters)))) : 96
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
    let count = (total + blockTiles - 1) / blockTiles
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

  func inputTransform(_ piece: Piece) -> KernelWinograd {
    transform(
      piece, height: geometry.rows.input, width: geometry.columns.input, channels: geometry.channels,
      padTop: geometry.rows.padBefore, padLeft: geometry.columns.padBefore)
  }

  func outputTransform(_ piece: Piece) -> KernelWinograd {
    transform(
      piece, height: geometry.rows.output, width: geometry.columns.output, channels: geometry.filters, padTop: 0, padLeft: 0)
  }

  private func transform(
    _ piece: Piece, height: Int, width: Int, channels: Int, padTop: Int, padLeft: Int
  ) -> KernelWinograd {
    KernelWinograd(
      height: height, width: width, channels: channels, pad_top: padTop, pad_left: padLeft, tiles_x: tilesX,
      first: piece.tiles.lowerBound, count: piece.tiles.count, step: Self.step(channels), plane: plane(channels: channels))
  }
}
