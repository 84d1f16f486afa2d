import CKernels
import Glibc

/// Direct convolution on NHWC, image by image, without im2col: for a fixed kernel row the values under the window,
/// (kernel column, channel), are one run of memory, so an output row is a matrix product with overlapping rows of A.
///
/// An image is taken in bands of rows, small enough that what a band reads and writes stays in the second-level cache.
final class ConvolutionOperation: Operation {
  var values: OperationValues
  /// The outputs that are computed; fewer than the layer's where a pooling drops the last rows or columns.
  var geometry: ConvolutionGeometry { didSet { inputRuns = InputRuns(geometry.merged) } }
  private var inputRuns: InputRuns
  /// max(0, ·) after the bias.
  var fusesRelu = false
  /// Offsets in the flat buffers.
  let kernel: Int
  var bias: Int?
  /// The bias, unless the pooling behind sums its gradient.
  var biasToSum: Int?

  init(_ values: OperationValues, geometry: ConvolutionGeometry, kernel: Int, bias: Int?) {
    self.values = values
    self.geometry = geometry
    inputRuns = InputRuns(geometry.merged)
    self.kernel = kernel
    self.bias = bias
    biasToSum = bias
  }

  var work: Int { values.outputElements * depth }
  var algorithm: String { "direct convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + depth * geometry.filters
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }

  /// Elements of the kernel that meet one channel group.
  var depth: Int { geometry.rows.window * geometry.columns.window * geometry.groupChannels }

  /// A band of the padded image; behind it, backward, a panel of the output's gradient.
  var scratchElements: Int {
    packedGradient + geometry.merged.bandOutputs * min(geometry.groupFilters.rounded(upTo: 16), Panels.widest)
  }
  private var packedGradient: Int { geometry.merged.bandElements.rounded(upTo: 16) }
}

extension ConvolutionOperation: AffineOperation {
  var kernelElements: Int { depth * geometry.filters }
  var outputChannels: Int { geometry.filters }
}

// MARK: - Forward

extension ConvolutionOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      product(call, call.input + i * values.inputElements, call.output + i * values.outputElements)
    }
  }

  /// One image.
  func product(_ call: OperationCall, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    let shape = geometry.merged
    let (bands, panels) = (shape.bands, Panels(shape.groupFilters, call.kernels))
    // Of one small image the threads share the filters too.
    let parts = call.shares(bands.count) ? panels.count : 1
    parallel(bands.count * parts, limit: call.threads, work: work) { task, thread in
      let (band, part) = (bands[task / parts], task % parts)
      let image = shape.imageBorder.surround(input, rows: shape.rows.inputRows(of: band), in: call.scratch(of: thread))
      let chosen = parts == 1 ? 0..<panels.count : part..<part + 1
      for group in 0..<shape.groups { forwardGroup(call, shape, group, chosen, band, image, output) }
    }
  }

  /// - Parameters:
  ///   - chosen: panels of filters.
  ///   - image: the padded row under the first output row of the band.
  private func forwardGroup(
    _ call: OperationCall, _ shape: ConvolutionGeometry, _ group: Int, _ chosen: Range<Int>, _ band: Range<Int>,
    _ image: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(shape.groupFilters, call.kernels)
    let row = shape.imageBorder.paddedRow
    var taps = Taps(
      rows: shape.rows.window, rowStep: shape.rows.dilation * row, columns: shape.columns.window,
      columnStep: shape.columns.dilation * shape.channels, depth: shape.groupChannels, relu: fusesRelu)
    for panel in chosen {
      var tile = KernelTile()
      tile.a_row = shape.columns.stride * shape.channels
      tile.b_row = panels.packedColumns(panel)
      tile.c_row = shape.filters
      tile.rows = shape.columns.output
      tile.columns = panels.columns(panel)
      let filter = group * shape.groupFilters + panels.start(panel)
      tile.bias = bias.map { call.weights + $0 + filter }
      taps.weights = UnsafePointer(
        call.packed + group * panels.elements(depth: depth) + panels.offset(panel, depth: depth))
      taps.weightRow = shape.columns.window * shape.groupChannels * tile.b_row
      for y in band {
        tile.a = image + (y - band.lowerBound) * shape.rows.stride * row + group * shape.groupChannels
        tile.c = output + y * shape.columns.output * shape.filters + filter
        taps.contract(call.kernels, tile)
      }
    }
  }
}

// MARK: - Backward

extension ConvolutionOperation {
  func backward(_ call: OperationCall) {
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: biasToSum)
      kernelGradient(call, call.input + i * values.inputElements, gradient)
      if let inputGradient = call.inputGradient {
        self.inputGradient(call, gradient, inputGradient + i * values.inputElements)
      }
    }
  }

  /// One image's part of the kernel's gradient.
  func kernelGradient(_ call: OperationCall, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>) {
    guard let weightGradients = call.weightGradients else { return }
    let shape = geometry.merged
    for band in shape.bands {
      let image = ImageUnderKernel(shape, input, band, call.scratch)
      for group in 0..<shape.groups {
        kernelGradient(call, shape, group, band, image, gradient, weightGradients + kernel)
      }
    }
  }

  /// Elements of a kernel, one row of the tile each, that are too few to be worth a packed copy of the gradient.
  private static let shortKernel = 8

  /// dW[ky][kx, c][f] += sum over the band's outputs of x[y·s + ky][x·s + kx, c] · dy[y][x][f].
  private func kernelGradient(
    _ call: OperationCall, _ shape: ConvolutionGeometry, _ group: Int, _ band: Range<Int>, _ image: ImageUnderKernel,
    _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
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
      var bandGradient = gradient + band.lowerBound * columns.output * shape.filters + filter
      tile.columns = panels.columns(panel)
      tile.b_row = shape.filters
      if tile.b_row != panels.packedColumns(panel) && depth > Self.shortKernel {
        // It is read for every few rows of the kernel; rows of another length would cross cache lines, or meet in the same few
        // sets of the first cache.
        let packed = call.scratch + packedGradient
        call.kernels.pack(bandGradient, tile.b_row, band.count * columns.output, tile.columns, packed)
        bandGradient = UnsafePointer(packed)
        tile.b_row = panels.packedColumns(panel)
      }
      tile.b_outer = columns.output * tile.b_row
      for ky in 0..<rows.window {
        let outputRows = rows.outputs(meeting: ky).clamped(to: band)
        tile.outer = outputRows.count
        for run in image.columnRuns where !outputRows.isEmpty && !run.outputs.isEmpty {
          let (kx, first) = (run.taps.lowerBound, run.outputs.lowerBound)
          tile.depth = run.outputs.count
          tile.rows = run.taps.count * shape.groupChannels
          tile.a =
            image.start + (outputRows.lowerBound * rows.stride + ky * rows.dilation) * image.row
            + (first * columns.stride + kx * columns.dilation) * shape.channels + group * shape.groupChannels
          tile.b = bandGradient + ((outputRows.lowerBound - band.lowerBound) * columns.output + first) * tile.b_row
          tile.c = target + (ky * columns.window + kx) * shape.groupChannels * shape.filters + filter
          call.kernels.tile(&tile)
        }
      }
    }
  }

  /// One image's: the convolution of dy with the kernel turned around, line by line of inputs that meet the same taps.
  func inputGradient(_ call: OperationCall, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
    let shape = geometry.merged
    if inputRuns.hasUnmet { memset(target, 0, values.inputElements * 4) }
    let panels = Panels(shape.groupChannels, call.kernels)
    let transposed = TransposedKernel(
      start: call.packed + forwardPacked(call.kernels), groupElements: transposedPacked(panels), panels: panels,
      depth: depth / shape.groupChannels * shape.groupFilters)
    inputRuns.forEachLine { line in
      for group in 0..<shape.groups { inputGradientLine(call, shape, transposed, group, line, gradient, target) }
    }
  }

  /// What `packTransposed` made, of all groups.
  private struct TransposedKernel {
    let start: UnsafePointer<Float>
    let groupElements: Int
    let panels: Panels
    let depth: Int
  }

  private func inputGradientLine(
    _ call: OperationCall, _ shape: ConvolutionGeometry, _ transposed: TransposedKernel, _ group: Int, _ line: InputLine,
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
        transposed.start + group * transposed.groupElements + panels.offset(panel, depth: transposed.depth) + firstTap * tap
      taps.weightRow = rowTaps.step * line.columns.phase.taps.count * tap
      tile.c =
        target + line.rows.first * shape.imageBorder.row + line.columns.first * shape.channels
        + group * shape.groupChannels + panels.start(panel)
      taps.contract(call.kernels, tile)
    }
  }
}

/// An image as the gradient of a kernel reads it: in its place, where no product meets the zeros beside its rows, or as a copy.
private struct ImageUnderKernel {
  /// Where the padded image's first row and column are, or would be.
  let start: UnsafePointer<Float>
  /// Elements from one row to the next.
  let row: Int
  /// Columns of the kernel, as many at once as meet the image with the same outputs and are one run of it.
  let columnRuns: [TapRun]

  /// With fewer channels, a kernel's columns one by one are too short for the tile; a copy with the zeros keeps them together.
  private static let narrow = 16

  init(_ shape: ConvolutionGeometry, _ image: UnsafePointer<Float>, _ band: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
    let border = shape.imageBorder
    let areJoined = shape.columns.dilation == 1 && shape.groups == 1
    var columns = shape.columns
    let joinsAll = areJoined && shape.channels < Self.narrow && border.paddedRow != border.row
    // What is read again and again but with a stride comes from memory too late; a copy, made in order, is in the cache.
    if joinsAll || (columns.stride > 1 && columns.window > columns.stride) {
      let rows = shape.rows.inputRows(of: band)
      border.copy(image, rows: rows, to: scratch)
      start = UnsafePointer(scratch) - band.lowerBound * shape.rows.stride * border.paddedRow
      row = border.paddedRow
      if joinsAll { (columns.input, columns.padBefore) = (columns.padded, 0) }
    } else {
      start = image - shape.rows.padBefore * border.row - border.before
      row = border.row
    }
    columnRuns = columns.tapRuns(areJoined: areJoined)
  }
}
