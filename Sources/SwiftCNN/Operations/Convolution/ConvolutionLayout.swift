import CKernels

/// How a convolution is divided into parts that are computed in the same way, and where it reads its image. An operation keeps
/// it, because computing it takes a while.
struct ConvolutionLayout {
  /// Rows of outputs that are computed together.
  struct Band {
    let rows: Range<Int>
    let outputLines: Lines<TapRun>
    /// The rows of the kernel, each with the outputs of the band for which it meets the image.
    let kernelRows: [TapRun]
  }

  let shape: ConvolutionGeometry
  let bands: [Band]
  /// The columns of the kernel. Columns that meet the image for the same outputs and are contiguous in memory form one run.
  let kernelColumns: [TapRun]
  let inputLines: InputLines
  /// Whether images are copied into a buffer with zeros beside their rows.
  private let copiesImage: Bool

  /// With fewer channels, or fewer outputs in a row, the parts at the image's border are too small for the register tile. Then
  /// all columns are computed in the same way, zeros included.
  private static let fewChannels = 16
  private static let fewOutputs = 4

  init(_ geometry: ConvolutionGeometry) {
    let shape = geometry.merged
    let isOneRun = shape.columns.dilation == 1 && shape.groups == 1
    var columns = shape.columns
    let isNarrow = columns.output < Self.fewOutputs || shape.channels < Self.fewChannels
    copiesImage = isOneRun && isNarrow && columns.padded != columns.input
    if copiesImage { (columns.input, columns.padBefore) = (columns.padded, 0) }
    let outputColumns = columns.outputRuns(0..<columns.output)
    let kernelRows = shape.rows.tapRuns(areJoined: false)
    bands = shape.bands.map { band in
      Band(
        rows: band, outputLines: Lines(rows: shape.rows.outputRuns(band), columns: outputColumns),
        kernelRows: kernelRows.map { $0.clamped(to: band) }.filter { $0.count > 0 })
    }
    kernelColumns = columns.tapRuns(areJoined: isOneRun).filter { $0.count > 0 }
    inputLines = InputLines(shape)
    self.shape = shape
  }

  /// Elements in a copied band.
  var copiedElements: Int { copiesImage ? shape.bandElements.rounded(upTo: 16) : 0 }

  /// - Parameter scratch: memory for a copy.
  func image(_ image: UnsafePointer<Float>, under band: Band, scratch: UnsafeMutablePointer<Float>) -> ImageUnderKernel {
    let border = shape.imageBorder
    guard copiesImage else {
      return ImageUnderKernel(start: image - shape.rows.padBefore * border.row - border.before, row: border.row)
    }
    border.copy(image, rows: shape.rows.inputRows(of: band.rows), to: scratch)
    return ImageUnderKernel(
      start: UnsafePointer(scratch) - band.rows.lowerBound * shape.rows.stride * border.paddedRow, row: border.paddedRow)
  }

  /// The rows in memory after those that a band reads, and as many. They belong to the same image or to the next one.
  func rows(after band: Band, of image: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> {
    let row = shape.imageBorder.row
    let rows = shape.rows.inputRows(of: band.rows).clamped(to: 0..<shape.rows.input)
    return UnsafeBufferPointer(start: image + rows.upperBound * row, count: rows.count * row)
  }
}

/// An image as the convolution's windows read it.
struct ImageUnderKernel {
  /// The address of the first row and column of the padded image, which may lie outside the image.
  let start: UnsafePointer<Float>
  /// Elements from one row to the next.
  let row: Int
}

/// Rows after those that are being computed. They are prefetched little by little during the computation.
struct UpcomingRows {
  private var start: UnsafePointer<Float>?
  private let elements: Int
  private let work: Int

  /// - Parameter work: the total number of rows of all tiles.
  init(_ rows: UnsafeBufferPointer<Float>, isFetched: Bool, work: Int) {
    start = rows.baseAddress
    elements = isFetched ? rows.count : 0
    self.work = work
  }

  /// Lets the tile prefetch the same share of these rows as its share of the work.
  mutating func fetchPart(with tile: inout KernelTile) {
    tile.next = start
    tile.next_elements = elements * tile.rows / work
    start? += tile.next_elements
  }
}
