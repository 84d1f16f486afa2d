import CKernels

/// The argmax positions of the max pooling behind a convolution, in bands of rows of windows, and where the convolution's windows
/// for them lie in the padded image.
struct ArgmaxBands {
  let convolution: ConvolutionGeometry
  let pool: KernelPool

  init(_ convolution: ConvolutionGeometry, _ pool: KernelPool) {
    self.convolution = convolution
    self.pool = pool
  }

  /// Whether each output has one window at most, and each row of the kernel meets one run of memory.
  var arePossible: Bool {
    let tiles = pool.pool_h == pool.stride_h && pool.pool_w == pool.stride_w && pool.pad_top == 0 && pool.pad_left == 0
    let fits = pool.pool_h * pool.pool_w <= 255 && max(bandElements, slots) < Int(Int32.max)
    return tiles && fits && convolution.groups == 1 && convolution.columns.dilation == 1
  }

  /// Elements of a row of the kernel for one filter, in whole vectors.
  var run: Int { (convolution.columns.window * convolution.channels).rounded(upTo: 16) }
  /// The same of all filters.
  var kernelRow: Int { convolution.filters * run }
  var kernelElements: Int { convolution.rows.window * kernelRow }

  /// Whether the kernel's gradient has a form of its own, with filters in lanes.
  var fitLanes: Bool {
    let isPlane = convolution.channels == 1 && convolution.columns.window == 3
    let areDense = convolution.rows.stride == 1 && convolution.rows.dilation == 1 && convolution.columns.stride == 1
    return isPlane && areDense && pool.pool_h == 2 && pool.pool_w == 2
  }

  private var border: Border { convolution.imageBorder }

  /// Whether the argmax positions' windows lie in the image as it is: no padding, and no run of whole vectors that ends too late.
  var fitImage: Bool {
    run == convolution.columns.window * convolution.channels && border.addsNothing(to: inputRows(of: 0..<pool.out_height))
  }

  /// Rows of windows.
  var all: [Range<Int>] {
    stride(from: 0, to: pool.out_height, by: bandRows).map { $0..<min(pool.out_height, $0 + bandRows) }
  }

  /// As many rows as leave the image's part in the first-level cache, where every filter looks for its argmax positions.
  private var bandRows: Int {
    let next = convolution.rows.stride * pool.pool_h * border.paddedRow
    let first = inputRows(of: 0..<1).count * border.paddedRow
    return max(1, min(pool.out_height, 1 + (6144 - first) / next))
  }

  /// Rows of the image, those of the padding included, that meet the argmax positions of a band.
  func inputRows(of band: Range<Int>) -> Range<Int> {
    let last = min(band.upperBound * pool.pool_h, convolution.rows.output)
    return convolution.rows.inputRows(of: band.lowerBound * pool.pool_h..<last)
  }

  /// Elements of a band of the padded image, with what a last run of whole vectors reads too much.
  var bandElements: Int { inputRows(of: 0..<bandRows).count * border.paddedRow + 64 }

  /// Places in the windows of some rows.
  func places(rows: Int) -> Int { rows * pool.out_width * pool.pool_h * pool.pool_w }

  private var placeLists: Int { places(rows: bandRows) + Int(KERNEL_DEAD_LISTS) }
  private var lists: Int { max(placeLists, pool.channels) }
  private var slots: Int { placeLists * pool.channels }
  /// Elements that `makeLists` takes.
  var listElements: Int { KernelLists.elements(lists, slots: slots) }

  /// Room for the lists of a band.
  func makeLists(in memory: UnsafeMutablePointer<Float>) -> KernelLists {
    KernelLists(lists, slots: slots, in: memory)
  }

  func argmax(
    of band: Range<Int>, codes: UnsafePointer<UInt8>, gradient: UnsafePointer<Float>
  ) -> KernelArgmax {
    let rowStep = convolution.rows.stride * border.paddedRow
    let columnStep = convolution.columns.stride * convolution.channels
    let skipped = band.lowerBound * pool.out_width * pool.channels
    return KernelArgmax(
      code: codes + skipped, gradient: gradient + skipped, rows: band.count, columns: pool.out_width, channels: pool.channels,
      pool_h: pool.pool_h, pool_w: pool.pool_w, window_row: pool.pool_h * rowStep, window_column: pool.pool_w * columnStep,
      argmax_row: rowStep, argmax_column: columnStep)
  }
}
