import CKernels

/// Chooses how a convolution is computed, by its shape alone, so that results never depend on a measurement or a batch.
///
/// Costs are in multiply-adds of a vector of 16 lanes, about one a cycle, for an image:
/// - direct: the window's products for each output, channel and vector of filters;
/// - Winograd F(4x4, 3x3): 36 products for each tile of up to 16 outputs of every phase, channel of every phase and vector of
///   filters, 24 or 16 for a narrow one; the transforms of each tile; and the weights, 36 of each, read once for
///   `imagesAtOnce` images.
///
/// The input's gradient is the same with channels and filters exchanged. Winograd must be the cheaper one both ways: then it
/// computes both, so that a model predicts with the bits that it was trained with, and the weights' gradient too.
///
/// F(2x2, 3x3) is not chosen by itself, but it computes the one or two rows and columns of outputs that tiles of 4 leave.
enum ConvolutionPlanner {
  /// Transforming a vector of a tile to 36 planes or back, with the loads and stores of its products; estimated from operation
  /// counts and timings.
  private static let transformCost = 300
  /// For each window and channel: finding the argmax position.
  private static let listCost = 3
  /// For each vector of an argmax position's products, in hundredths: it is loaded from anywhere.
  private static let argmaxCost = 175

  /// The tiles of a convolution that Winograd computes; nil for the direct form.
  static func winograd(_ geometry: ConvolutionGeometry) -> WinogradTiling? {
    guard let tiling = WinogradTiling(geometry) else { return nil }
    let forward =
      winogradCost(tiling, tiling.channels, tiling.filters) < directCost(geometry, geometry.channels, geometry.filters)
    let backward =
      winogradCost(tiling, tiling.filters, tiling.channels) < directCost(geometry, geometry.filters, geometry.channels)
    return forward && backward ? tiling : nil
  }

  /// Whether the backward pass behind a max pooling visits only the argmax positions, half of which are assumed to pass a gradient. The
  /// weights must leave room in the second-level cache, as every few images read them all. Where filters fit in
  /// lanes, over images of one channel, the weights' gradient takes a quarter of the products, and no list.
  static func prefersArgmaxLists(_ geometry: ConvolutionGeometry, _ pool: KernelPool) -> Bool {
    let argmaxBands = ArgmaxBands(geometry, pool)
    guard argmaxBands.arePossible, argmaxBands.kernelElements <= 1 << 17 else { return false }
    if argmaxBands.fitLanes { return true }
    let windows = pool.out_height * pool.out_width * pool.channels
    let cost = windows * (listCost + geometry.rows.window * vectors(argmaxBands.run) * argmaxCost / 2 / 100)
    return cost < denseCost(geometry)
  }

  /// Of the weights' gradient; the input's takes about as much, by either way.
  private static func denseCost(_ geometry: ConvolutionGeometry) -> Int {
    if let tiling = winograd(geometry) { return winogradCost(tiling, tiling.channels, tiling.filters) }
    return directCost(geometry, geometry.channels, geometry.filters)
  }

  private static func directCost(_ geometry: ConvolutionGeometry, _ depth: Int, _ columns: Int) -> Int {
    let (rows, line) = (geometry.rows, geometry.columns)
    return rows.output * line.output * rows.window * line.window * depth * vectors(columns)
  }

  private static func winogradCost(_ tiling: WinogradTiling, _ depth: Int, _ columns: Int) -> Int {
    let products = depth * vectors(columns)
    let transforms = transformCost * tiling.transformedVectors / WinogradTiling.planes
    return tiling.points * (products + transforms) + WinogradTiling.planes * products / tiling.imagesAtOnce
  }

  private static func vectors(_ elements: Int) -> Int { elements.dividedUp(by: 16) }
}
