import CKernels

/// Chooses the algorithm of a convolution by its shape alone. So results never depend on a measurement or on the batch.
///
/// Costs are per image, in multiply-adds of a 16-lane vector (about one a cycle):
/// - direct: the products of the window, for each output, channel and vector of filters;
/// - Winograd F(4x4, 3x3): 36 products (24 or 16 in a narrow tile) for each tile, channel and vector of filters, where a tile has
///   up to 16 outputs of every phase, and every phase has channels and filters of its own; the transforms of each tile; and
///   reading the weights, 36 values of each, once for `imagesAtOnce` images.
///
/// The gradient of the input costs the same with channels and filters exchanged. Winograd must be cheaper in both directions. It
/// then computes the forward pass and both gradients, so that a model predicts with the same bits as in training.
///
/// F(2x2, 3x3) is never chosen for a whole convolution. It computes the last one or two rows and columns of outputs, which do not
/// fill a tile of 4.
enum ConvolutionPlanner {
  /// Cost of transforming one vector of a tile to 36 planes or back, including the loads and stores of its products. Estimated
  /// from operation counts and timings.
  private static let transformCost = 300
  /// Cost of finding the argmax position, for each window and channel.
  private static let listCost = 3
  /// Cost of each vector of an argmax position's products, in hundredths. The vectors are loaded from scattered addresses.
  private static let argmaxCost = 175

  /// The tiling of a convolution that Winograd computes; nil for the direct algorithm.
  static func winograd(_ geometry: ConvolutionGeometry) -> WinogradTiling? {
    guard let tiling = WinogradTiling(geometry) else { return nil }
    let forward =
      winogradCost(tiling, tiling.channels, tiling.filters) < directCost(geometry, geometry.channels, geometry.filters)
    let backward =
      winogradCost(tiling, tiling.filters, tiling.channels) < directCost(geometry, geometry.filters, geometry.channels)
    return forward && backward ? tiling : nil
  }

  /// Whether the backward pass behind a max pooling visits only the argmax positions. Half of them are assumed to pass a
  /// gradient. The weights must leave room in the second-level cache, because every few images read all of them. If the images
  /// have one channel and the filters fit in lanes, the gradient of the weights takes a quarter of the products and needs no
  /// list.
  static func prefersArgmaxLists(_ geometry: ConvolutionGeometry, _ pool: KernelPool) -> Bool {
    let argmaxBands = ArgmaxBands(geometry, pool)
    guard argmaxBands.arePossible, argmaxBands.kernelElements <= 1 << 17 else { return false }
    if argmaxBands.fitLanes { return true }
    let windows = pool.out_height * pool.out_width * pool.channels
    let cost = windows * (listCost + geometry.rows.window * vectors(argmaxBands.run) * argmaxCost / 2 / 100)
    return cost < denseCost(geometry)
  }

  /// Cost of the gradient of the weights. The gradient of the input costs about as much, by either algorithm.
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
