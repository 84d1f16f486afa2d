import CKernels
import Glibc

/// Direct convolution on NHWC, image by image, without im2col. For a fixed kernel row, the values under the window (kernel
/// column, channel) are contiguous. So a line of outputs is a matrix product with overlapping rows of A.
///
/// An image is processed in bands of rows. A band is small enough for the data that it reads and writes to stay in the
/// second-level cache.
final class ConvolutionOperation: Operation {
  var values: OperationValues
  /// The outputs that are computed. They are fewer than the layer's if a pooling ignores the last rows or columns.
  var geometry: ConvolutionGeometry { didSet { layout = ConvolutionLayout(geometry) } }
  private var layout: ConvolutionLayout
  /// max(0, ·) after the bias.
  var fusesRelu = false
  /// Offsets in the flat buffers.
  let kernel: Int
  var bias: Int?
  /// False if the pooling behind the convolution sums the gradient of the bias.
  var ownsBiasGradient = true

  init(_ values: OperationValues, geometry: ConvolutionGeometry, kernel: Int, bias: Int?) {
    self.values = values
    self.geometry = geometry
    layout = ConvolutionLayout(geometry)
    self.kernel = kernel
    self.bias = bias
  }

  var work: Int { values.outputElements * depth }
  var algorithm: String { "direct convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + depth * geometry.filters
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }
  var outputRow: Int? { geometry.filters }

  /// Elements of the kernel for one channel group.
  var depth: Int { geometry.rows.window * geometry.columns.window * geometry.groupChannels }

  /// Elements of a band of the padded image, if it is copied. In the backward pass, a panel of the output's gradient follows.
  var scratchElements: Int {
    layout.copiedElements + layout.shape.bandOutputs * min(geometry.groupFilters.rounded(upTo: 16), Panels.widest)
  }
}

extension ConvolutionOperation: AffineOperation {
  var kernelElements: Int { depth * geometry.filters }
  var outputChannels: Int { geometry.filters }
}

// MARK: - Forward

extension ConvolutionOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      product(call, call.input + i * values.inputElements, call.output + i * values.outputStep)
    }
  }

  /// Computes one image.
  func product(_ call: OperationCall, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    let (bands, panels) = (layout.bands, Panels(geometry.groupFilters, call.kernels))
    // If there is one small image only, the threads also share the filters.
    let parts = call.shares(bands.count) ? panels.count : 1
    parallel(bands.count * parts, limit: call.threads, work: work) { task, thread in
      let (band, part) = (bands[task / parts], task % parts)
      let image = layout.image(input, under: band, scratch: call.scratch(of: thread))
      var next = UpcomingRows(
        layout.rows(after: band, of: input), isFetched: call.inputIsBatch && parts == 1,
        work: band.rows.count * layout.shape.columns.output * geometry.groups * panels.count)
      for group in 0..<geometry.groups {
        for panel in parts == 1 ? 0..<panels.count : part..<part + 1 {
          let weights = FilterPanel(panels, panel, group, packed: call.packed, depth: depth)
          band.outputLines.forEachLine { outputLine(call, $0, weights, image, output, &next) }
        }
      }
    }
  }

  /// A panel of a group's filters, packed.
  private struct FilterPanel {
    let group: Int
    let firstFilter: Int
    let filters: Int
    let row: Int
    let weights: UnsafePointer<Float>

    init(_ panels: Panels, _ panel: Int, _ group: Int, packed: UnsafePointer<Float>, depth: Int) {
      self.group = group
      firstFilter = group * panels.columns + panels.start(panel)
      filters = panels.columns(panel)
      row = panels.packedColumns(panel)
      weights = packed + group * panels.elements(depth: depth) + panels.offset(panel, depth: depth)
    }
  }

  private func outputLine(
    _ call: OperationCall, _ line: Line<TapRun>, _ panel: FilterPanel, _ image: ImageUnderKernel,
    _ output: UnsafeMutablePointer<Float>, _ next: inout UpcomingRows
  ) {
    let shape = layout.shape
    let (rows, columns) = (shape.rows, shape.columns)
    let (y, x) = (line.rows.outputs.lowerBound, line.columns.outputs.lowerBound)
    let (rowTaps, columnTaps) = (line.rows.taps, line.columns.taps)
    let pixel = values.outputStrides?.row ?? shape.filters
    let outputRow = columns.output * pixel
    var taps = Taps(
      rows: rowTaps.count, rowStep: rows.dilation * image.row, columns: columnTaps.count,
      columnStep: columns.dilation * shape.channels, depth: shape.groupChannels, relu: fusesRelu)
    taps.weightRow = columns.window * shape.groupChannels * panel.row
    taps.weights =
      panel.weights + rowTaps.lowerBound * taps.weightRow + columnTaps.lowerBound * shape.groupChannels * panel.row
    var tile = KernelTile()
    tile.a =
      image.start + (y * rows.stride + rowTaps.lowerBound * rows.dilation) * image.row
      + (x * columns.stride + columnTaps.lowerBound * columns.dilation) * shape.channels + panel.group * shape.groupChannels
    tile.a_row = line.isUpright ? rows.stride * image.row : columns.stride * shape.channels
    tile.b_row = panel.row
    tile.c = output + y * outputRow + x * pixel + panel.firstFilter
    tile.c_row = line.isUpright ? outputRow : pixel
    tile.rows = line.count
    tile.columns = panel.filters
    tile.bias = bias.map { call.weights + $0 + panel.firstFilter }
    next.fetchPart(with: &tile)
    taps.contract(call.kernels, tile)
  }
}

// MARK: - Backward

extension ConvolutionOperation {
  func backward(_ call: OperationCall) {
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(
        call, i, relu: fusesRelu, channels: geometry.filters, bias: ownsBiasGradient ? bias : nil)
      kernelGradient(call, call.input + i * values.inputElements, gradient)
      if let inputGradient = call.inputGradient {
        self.inputGradient(call, gradient, inputGradient + i * values.inputElements)
      }
    }
  }

  /// Adds one image's part of the kernel's gradient.
  func kernelGradient(_ call: OperationCall, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>) {
    guard let weightGradients = call.weightGradients else { return }
    for band in layout.bands {
      let image = layout.image(input, under: band, scratch: call.scratch)
      var next = UpcomingRows(
        layout.rows(after: band, of: input), isFetched: call.inputIsBatch,
        work: geometry.groups * Panels(geometry.groupFilters, call.kernels).count * depth)
      for group in 0..<geometry.groups {
        kernelGradient(call, group, band, image, gradient, weightGradients + kernel, &next)
      }
    }
  }

  /// With fewer kernel elements (each is one row of the tile), a packed copy of the gradient does not pay off.
  private static let shortKernel = 8

  /// dW[ky][kx, c][f] += sum over the band's outputs of x[y·s + ky][x·s + kx, c] · dy[y][x][f].
  private func kernelGradient(
    _ call: OperationCall, _ group: Int, _ band: ConvolutionLayout.Band, _ image: ImageUnderKernel,
    _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ next: inout UpcomingRows
  ) {
    let shape = layout.shape
    let (rows, columns) = (shape.rows, shape.columns)
    let panels = Panels(shape.groupFilters, call.kernels)
    var tile = KernelTile()
    tile.a_row = 1
    tile.a_step = columns.stride * shape.channels
    tile.a_outer = rows.stride * image.row
    tile.c_row = shape.filters
    tile.accumulate = 1
    for panel in 0..<panels.count {
      let filter = group * shape.groupFilters + panels.start(panel)
      var bandGradient = gradient + band.rows.lowerBound * columns.output * shape.filters + filter
      tile.columns = panels.columns(panel)
      tile.b_row = shape.filters
      if tile.b_row != panels.packedColumns(panel) && depth > Self.shortKernel {
        // This panel is read for every few rows of the kernel. Rows of another length would cross cache lines, or map to the same
        // few sets of the first-level cache.
        let packed = call.scratch + layout.copiedElements
        call.kernels.pack(bandGradient, tile.b_row, band.rows.count * columns.output, tile.columns, packed)
        bandGradient = UnsafePointer(packed)
        tile.b_row = panels.packedColumns(panel)
      }
      tile.b_outer = columns.output * tile.b_row
      for row in band.kernelRows {
        let (ky, y) = (row.taps.lowerBound, row.outputs.lowerBound)
        tile.outer = row.outputs.count
        for run in layout.kernelColumns {
          let (kx, x) = (run.taps.lowerBound, run.outputs.lowerBound)
          tile.depth = run.outputs.count
          tile.rows = run.taps.count * shape.groupChannels
          tile.a =
            image.start + (y * rows.stride + ky * rows.dilation) * image.row
            + (x * columns.stride + kx * columns.dilation) * shape.channels + group * shape.groupChannels
          tile.b = bandGradient + ((y - band.rows.lowerBound) * columns.output + x) * tile.b_row
          tile.c = target + (ky * columns.window + kx) * shape.groupChannels * shape.filters + filter
          next.fetchPart(with: &tile)
          call.kernels.tile(&tile)
        }
      }
    }
  }

  /// The input gradient of one image: the convolution of dy with the kernel turned around. It goes line by line over inputs that
  /// meet the same taps.
  func inputGradient(_ call: OperationCall, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    let shape = layout.shape
    if layout.inputLines.hasUnmet { memset(target, 0, values.inputElements * 4) }
    let panels = Panels(shape.groupChannels, call.kernels)
    let transposed = TransposedKernel(
      start: call.packed + forwardPacked(call.kernels), groupScratch: transposedPacked(panels), panels: panels,
      depth: depth / shape.groupChannels * shape.groupFilters)
    layout.inputLines.all.forEachLine { line in
      for group in 0..<shape.groups { inputGradientLine(call, shape, transposed, group, line, gradient, target) }
    }
  }

  /// The weights that `packTransposed` packed, for all groups.
  private struct TransposedKernel {
    let start: UnsafePointer<Float>
    let groupScratch: Int
    let panels: Panels
    let depth: Int
  }

  private func inputGradientLine(
    _ call: OperationCall, _ shape: ConvolutionGeometry, _ transposed: TransposedKernel, _ group: Int, _ line: Line<InputRun>,
    _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    let panels = transposed.panels
    let firstTap = line.columns.placeOfLastTap(row: line.rows.taps.first, rows: shape.rows.window)
    let (rowTaps, columnTaps) = (line.rows.taps, line.columns.taps)
    let gradientRow = shape.columns.output * shape.filters
    var taps = Taps(
      rows: rowTaps.count, rowStep: -rowTaps.outputStep * gradientRow, columns: columnTaps.count,
      columnStep: columnTaps.outputStep * shape.filters, depth: shape.groupFilters, relu: false)
    var tile = KernelTile()
    tile.a =
      gradient + rowTaps.firstOutput * gradientRow + columnTaps.lastOutput * shape.filters + group * shape.groupFilters
    tile.a_row = line.isUpright ? gradientRow : shape.filters
    tile.c_row = line.isUpright ? shape.rows.stride * shape.imageBorder.row : shape.columns.stride * shape.channels
    tile.rows = line.count
    for panel in 0..<panels.count {
      tile.b_row = panels.packedColumns(panel)
      tile.columns = panels.columns(panel)
      let tap = shape.groupFilters * tile.b_row
      taps.weights =
        transposed.start + group * transposed.groupScratch + panels.offset(panel, depth: transposed.depth) + firstTap * tap
      taps.weightRow = rowTaps.step * line.columns.phase.taps.count * tap
      tile.c =
        target + line.rows.first * shape.imageBorder.row + line.columns.first * shape.channels
        + group * shape.groupChannels + panels.start(panel)
      taps.contract(call.kernels, tile)
    }
  }
}
