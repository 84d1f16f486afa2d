import CKernels

/// Chooses how a convolution is computed, by its shape alone, so that results never depend on a measurement or a batch.
///
/// Costs are in multiply-adds of a vector of 16 lanes, about one a cycle, for an image:
/// - direct: 9 products for each output, channel and vector of filters;
/// - Winograd F(4x4, 3x3): 36 products instead for each tile of up to 16 outputs, as many for a tile that the edge cuts; the
///   transforms of each tile; and the weights, 36 instead of 9, read once for `imagesAtOnce` images.
///
/// The input's gradient is the same with channels and filters exchanged. Winograd must be the cheaper one both ways: then it
/// computes both, so that a model predicts with the bits that it was trained with, and the weights' gradient too.
///
/// F(2x2, 3x3) is not among them. It would take fewer products than F(4x4) only for outputs of one or two rows or columns,
/// and where F(4x4) wastes most of its tiles, direct convolution is as good.
enum ConvolutionPlanner {
  /// Transforming a vector of a tile to 36 planes or back, with the loads and stores of its products; estimated from operation
  /// counts and timings.
  private static let transformCost = 300
  /// For each window and channel: finding the winner.
  private static let listCost = 3
  /// For each vector of a winner's products, in hundredths: it is loaded from anywhere.
  private static let winnerCost = 175

  static func prefersWinograd(_ geometry: ConvolutionGeometry) -> Bool {
    guard isWinogradPossible(geometry) else { return false }
    let tiling = WinogradTiling(geometry)
    let outputs = geometry.rows.output * geometry.columns.output
    return [(geometry.channels, geometry.filters), (geometry.filters, geometry.channels)].allSatisfy { depth, columns in
      winogradCost(tiling, depth, columns) < 9 * outputs * depth * vectors(columns)
    }
  }

  /// Whether the gradients behind a max-pooling take only the winners of its windows, of which half are supposed to live. The
  /// weights must leave room in the second-level cache, as every few images read them all.
  static func prefersWinners(_ geometry: ConvolutionGeometry, _ pool: KernelPool) -> Bool {
    let winners = WinnerBands(geometry, pool)
    guard winners.arePossible, winners.kernelElements <= 1 << 17 else { return false }
    let windows = pool.out_height * pool.out_width * pool.channels
    let cost = windows * (listCost + geometry.rows.window * vectors(winners.run) * winnerCost / 2 / 100)
    return cost < denseCost(geometry)
  }

  /// Of the weights' gradient; the input's takes about as much, by either way.
  private static func denseCost(_ geometry: ConvolutionGeometry) -> Int {
    if prefersWinograd(geometry) { return winogradCost(WinogradTiling(geometry), geometry.channels, geometry.filters) }
    let outputs = geometry.rows.output * geometry.columns.output
    return outputs * geometry.rows.window * geometry.columns.window * geometry.channels * vectors(geometry.filters)
  }

  private static func isWinogradPossible(_ geometry: ConvolutionGeometry) -> Bool {
    let axes = [geometry.rows, geometry.columns]
    return geometry.groups == 1 && axes.allSatisfy { $0.window == 3 && $0.stride == 1 && $0.dilation == 1 }
  }

  private static func winogradCost(_ tiling: WinogradTiling, _ depth: Int, _ columns: Int) -> Int {
    let products = WinogradTiling.planes * depth * vectors(columns)
    let transforms = transformCost * (vectors(depth) + vectors(columns))
    return tiling.tiles * (products + transforms) + products / tiling.imagesAtOnce
  }

  private static func vectors(_ elements: Int) -> Int { (elements + 15) / 16 }
}
