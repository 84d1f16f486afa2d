import CKernels

/// The argmax positions of the max pooling behind a convolution, in bands of rows of pooling windows, with the places in the
/// padded image that the convolution reads for them.
struct ArgmaxBands {
  let convolution: ConvolutionGeometry
  let pool: KernelPool

  init(_ convolution: ConvolutionGeometry, _ pool: KernelPool) {
    self.convolution = convolution
    self.pool = pool
  }

  /// Whether each output is in at most one pooling window, and each row of the kernel reads contiguous memory.
  var arePossible: Bool {
    let tiles = pool.pool_h == pool.stride_h && pool.pool_w == pool.stride_w && pool.pad_top == 0 && pool.pad_left == 0
    let fits = pool.pool_h * pool.pool_w <= 255 && max(bandElements, slots) < Int(Int32.max)
    return tiles && fits && convolution.groups == 1 && convolution.columns.dilation == 1
  }

  /// Elements in a row of the kernel for one filter, rounded up to whole vectors.
  var run: Int { (convolution.columns.window * convolution.channels).rounded(upTo: 16) }
  /// The same for all filters.
  var kernelRow: Int { convolution.filters * run }
  var kernelElements: Int { convolution.rows.window * kernelRow }

  /// Whether the kernel's gradient can be computed with filters in lanes, by a kernel of its own.
  var fitLanes: Bool {
    let isPlane = convolution.channels == 1 && convolution.columns.window == 3
    let areDense = convolution.rows.stride == 1 && convolution.rows.dilation == 1 && convolution.columns.stride == 1
    return isPlane && areDense && pool.pool_h == 2 && pool.pool_w == 2
  }

  private var border: Border { convolution.imageBorder }

  /// Whether the argmax positions' windows can be read from the image without a copy. There must be no padding, and no row of the
  /// kernel may need rounding up to whole vectors.
  var fitImage: Bool {
    run == convolution.columns.window * convolution.channels && border.addsNothing(to: inputRows(of: 0..<pool.out_height))
  }

  /// Bands of rows of windows.
  var all: [Range<Int>] {
    stride(from: 0, to: pool.out_height, by: bandRows).map { $0..<min(pool.out_height, $0 + bandRows) }
  }

  /// The number of rows of windows in a band. Their part of the image fits in the first-level cache, because every filter reads
  /// it.
  private var bandRows: Int {
    let next = convolution.rows.stride * pool.pool_h * border.paddedRow
    let first = inputRows(of: 0..<1).count * border.paddedRow
    return max(1, min(pool.out_height, 1 + (6144 - first) / next))
  }

  /// The rows of the image, including padding, that the argmax positions of a band can read.
  func inputRows(of band: Range<Int>) -> Range<Int> {
    let last = min(band.upperBound * pool.pool_h, convolution.rows.output)
    return convolution.rows.inputRows(of: band.lowerBound * pool.pool_h..<last)
  }

  /// Elements in a band of the padded image, including those that the last whole vector reads beyond it.
  var bandElements: Int { inputRows(of: 0..<bandRows).count * border.paddedRow + 64 }

  /// The number of places in the windows of some rows.
  func places(rows: Int) -> Int { rows * pool.out_width * pool.pool_h * pool.pool_w }

  private var placeLists: Int { places(rows: bandRows) + Int(KERNEL_DEAD_LISTS) }
  private var lists: Int { max(placeLists, pool.channels) }
  private var slots: Int { placeLists * pool.channels }
  /// Elements of memory that `makeLists` needs.
  var listElements: Int { KernelLists.elements(lists, slots: slots) }

  /// Places the lists of a band in memory.
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
