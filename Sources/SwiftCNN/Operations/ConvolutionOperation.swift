import CKernels
import Glibc

/// Direct convolution on NHWC, image by image, without im2col: for a fixed kernel row the values under the window,
/// (kernel column, channel), are one run of memory, so an output row is a matrix product with overlapping rows of A.
final class ConvolutionOperation: Operation {
  var values: OperationValues
  /// The outputs that are computed; fewer than the layer's where a pooling drops the last rows or columns.
  var geometry: ConvolutionGeometry
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

  private var rows: SlidingAxis { geometry.rows }
  private var columns: SlidingAxis { geometry.columns }

  /// Elements of the kernel that meet one channel group.
  private var depth: Int { rows.window * columns.window * geometry.groupChannels }
  /// Elements of a row of the padded image.
  private var paddedRow: Int { columns.padded * geometry.channels }
  private var paddedElements: Int { rows.padded * paddedRow }
  private var isPadded: Bool { rows.padded != rows.input || columns.padded != columns.input }

  /// A padded image, and in training its gradient.
  var scratchElements: Int { 2 * paddedElements.rounded(upTo: 16) + 64 }
}

extension ConvolutionOperation: AffineOperation {
  var kernelElements: Int { depth * geometry.filters }
  var outputChannels: Int { geometry.filters }
}

// MARK: - Forward

extension ConvolutionOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let image = padded(call.input + i * values.inputElements, call.scratch)
      let output = call.output + i * values.outputElements
      for group in 0..<geometry.groups { forwardGroup(call, group, image, output) }
    }
  }

  private func forwardGroup(
    _ call: OperationCall, _ group: Int, _ image: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(geometry.groupFilters, call.kernels)
    let firstFilter = group * geometry.groupFilters
    for panel in 0..<panels.count {
      var tile = KernelTile()
      tile.a_row = columns.stride * geometry.channels
      tile.a_step = 1
      tile.b_row = panels.packedColumns(panel)
      tile.c_row = geometry.filters
      tile.rows = columns.output
      tile.columns = panels.columns(panel)
      let filter = firstFilter + panels.start(panel)
      tile.bias = bias.map { call.weights + $0 + filter }
      let packed = call.packed + group * panels.elements(depth: depth) + panels.offset(panel, depth: depth)
      for y in 0..<rows.output {
        tile.a = image + y * rows.stride * paddedRow + group * geometry.groupChannels
        tile.c = output + y * columns.output * geometry.filters + filter
        contract(call.kernels, &tile, packed)
      }
    }
  }

  /// One row of outputs. Where channels under the window are no single run (dilation, groups), kernel row by kernel row.
  private func contract(_ kernels: KernelTable, _ tile: inout KernelTile, _ packed: UnsafePointer<Float>) {
    let taps = columns.window * geometry.groupChannels
    tile.b = packed
    tile.accumulate = 0
    if columns.dilation == 1 && geometry.groups == 1 {
      tile.outer = rows.window
      tile.a_outer = rows.dilation * paddedRow
      tile.b_outer = taps * tile.b_row
      tile.depth = taps
      tile.relu = fusesRelu ? 1 : 0
      kernels.tile(&tile)
      return
    }
    tile.outer = columns.window
    tile.a_outer = columns.dilation * geometry.channels
    tile.b_outer = geometry.groupChannels * tile.b_row
    tile.depth = geometry.groupChannels
    for ky in 0..<rows.window {
      tile.relu = fusesRelu && ky == rows.window - 1 ? 1 : 0
      kernels.tile(&tile)
      tile.accumulate = 1
      tile.a += rows.dilation * paddedRow
      tile.b += taps * tile.b_row
    }
  }

  /// The image with zeros around it, in `scratch`; the image itself if it needs none.
  private func padded(_ image: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
    guard isPadded else { return image }
    let row = columns.input * geometry.channels
    memset(scratch, 0, paddedElements * 4)
    let first = scratch + rows.padBefore * paddedRow + columns.padBefore * geometry.channels
    for y in 0..<rows.input { memcpy(first + y * paddedRow, image + y * row, row * 4) }
    return UnsafePointer(scratch)
  }
}

// MARK: - Backward

extension ConvolutionOperation {
  func backward(_ call: OperationCall) {
    guard let weightGradients = call.weightGradients else { return }
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: biasToSum)
      let image = padded(call.input + i * values.inputElements, call.scratch)
      for group in 0..<geometry.groups { kernelGradient(call, group, image, gradient, weightGradients + kernel) }
      if let inputGradient = call.inputGradient {
        self.inputGradient(call, gradient, inputGradient + i * values.inputElements)
      }
    }
  }

  /// dW[ky][kx, c][f] += sum over outputs of x[y·s + ky][x·s + kx, c] · dy[y][x][f].
  private func kernelGradient(
    _ call: OperationCall, _ group: Int, _ image: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(geometry.groupFilters, call.kernels)
    // Kernel columns are one run of A only without dilation and groups.
    let isRun = columns.dilation == 1 && geometry.groups == 1
    let columnsAtOnce = isRun ? columns.window : 1
    var tile = KernelTile()
    tile.a_row = 1
    tile.a_step = columns.stride * geometry.channels
    tile.a_outer = rows.stride * paddedRow
    tile.b_row = geometry.filters
    tile.b_outer = columns.output * geometry.filters
    tile.outer = rows.output
    tile.depth = columns.output
    tile.c_row = geometry.filters
    tile.rows = columnsAtOnce * geometry.groupChannels
    tile.accumulate = 1
    for panel in 0..<panels.count {
      let filter = group * geometry.groupFilters + panels.start(panel)
      tile.b = gradient + filter
      tile.columns = panels.columns(panel)
      for ky in 0..<rows.window {
        for kx in stride(from: 0, to: columns.window, by: columnsAtOnce) {
          tile.a =
            image + ky * rows.dilation * paddedRow + kx * columns.dilation * geometry.channels
            + group * geometry.groupChannels
          tile.c = target + (ky * columns.window + kx) * geometry.groupChannels * geometry.filters + filter
          call.kernels.tile(&tile)
        }
      }
    }
  }

  /// dx[r][x·s + kx·d] += sum over ky, f of dy[(r - ky·d) / s][x][f] · W[ky][kx][·][f]: no product with a zero of padding or stride.
  private func inputGradient(
    _ call: OperationCall, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    let paddedTarget = isPadded ? call.scratch + paddedElements.rounded(upTo: 16) : target
    memset(paddedTarget, 0, paddedElements * 4)
    for row in rows.padBefore..<(rows.padBefore + rows.input) {
      guard let taps = kernelRows(meeting: row) else { continue }
      for group in 0..<geometry.groups {
        inputGradientRow(call, group, taps, gradient, paddedTarget + row * paddedRow)
      }
    }
    guard isPadded else { return }
    let length = columns.input * geometry.channels
    let first = paddedTarget + rows.padBefore * paddedRow + columns.padBefore * geometry.channels
    for y in 0..<rows.input { memcpy(target + y * length, first + y * paddedRow, length * 4) }
  }

  /// Kernel rows that an input row meets: first, first + step, …, each with the output row that many steps earlier.
  private struct KernelRows {
    var first: Int
    var step: Int
    var count: Int
    var firstOutput: Int
    var outputStep: Int
  }

  private func kernelRows(meeting row: Int) -> KernelRows? {
    var taps: KernelRows?
    for ky in 0..<rows.window {
      let distance = row - ky * rows.dilation
      guard distance >= 0, distance % rows.stride == 0, distance / rows.stride < rows.output else { continue }
      let output = distance / rows.stride
      if taps == nil {
        taps = KernelRows(first: ky, step: 1, count: 1, firstOutput: output, outputStep: 0)
      } else if var known = taps {
        if known.count == 1 {
          known.step = ky - known.first
          known.outputStep = output - known.firstOutput
        }
        known.count += 1
        taps = known
      }
    }
    return taps
  }

  private func inputGradientRow(
    _ call: OperationCall, _ group: Int, _ taps: KernelRows, _ gradient: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(geometry.groupChannels, call.kernels)
    let transposed = call.packed + forwardPacked(call.kernels) + group * transposedPacked(panels)
    var tile = KernelTile()
    tile.a = gradient + taps.firstOutput * columns.output * geometry.filters + group * geometry.groupFilters
    tile.a_row = geometry.filters
    tile.a_step = 1
    tile.a_outer = taps.outputStep * columns.output * geometry.filters
    tile.outer = taps.count
    tile.depth = geometry.groupFilters
    tile.c_row = columns.stride * geometry.channels
    tile.rows = columns.output
    tile.accumulate = 1
    for panel in 0..<panels.count {
      tile.b_row = panels.packedColumns(panel)
      tile.columns = panels.columns(panel)
      let tap = geometry.groupFilters * tile.b_row
      tile.b_outer = taps.step * tap
      let packed = transposed + panels.offset(panel, depth: depth / geometry.groupChannels * geometry.groupFilters)
      let channel = group * geometry.groupChannels + panels.start(panel)
      for kx in 0..<columns.window {
        tile.b = UnsafePointer(packed + (kx * rows.window + taps.first) * tap)
        tile.c = target + kx * columns.dilation * geometry.channels + channel
        call.kernels.tile(&tile)
      }
    }
  }
}

// MARK: - Packed weights

extension ConvolutionOperation {
  /// First the kernel by panels of filters, [group][panel][ky, kx, c][f]; for the input's gradient then the transposed kernel
  /// by panels of channels, [group][panel][kx][ky][f][c].
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let panels = Panels(geometry.groupFilters, kernels)
    let forwardTasks = geometry.groups * panels.count
    let transposes = training && needsInputGradient
    let channelPanels = Panels(geometry.groupChannels, kernels)
    let area = rows.window * columns.window
    let transposedTasks = transposes ? geometry.groups * channelPanels.count * area : 0
    let elements = forwardPacked(kernels) + (transposes ? geometry.groups * transposedPacked(channelPanels) : 0)
    return Packing(elements: elements, tasks: forwardTasks + transposedTasks) { [unowned self] task, weights, packed in
      if task < forwardTasks {
        self.packForward(kernels, panels, task, weights + self.kernel, packed)
      } else {
        self.packTransposed(
          kernels, channelPanels, task - forwardTasks, weights + self.kernel, packed + self.forwardPacked(kernels))
      }
    }
  }

  private func forwardPacked(_ kernels: KernelTable) -> Int {
    geometry.groups * Panels(geometry.groupFilters, kernels).elements(depth: depth)
  }

  /// Elements of one group's transposed kernel.
  private func transposedPacked(_ panels: Panels) -> Int {
    panels.elements(depth: rows.window * columns.window * geometry.groupFilters)
  }

  private func packForward(
    _ kernels: KernelTable, _ panels: Panels, _ task: Int, _ source: UnsafePointer<Float>,
    _ packed: UnsafeMutablePointer<Float>
  ) {
    let (group, panel) = task.quotientAndRemainder(dividingBy: panels.count)
    kernels.pack(
      source + group * geometry.groupFilters + panels.start(panel), geometry.filters, depth, panels.columns(panel),
      packed + group * panels.elements(depth: depth) + panels.offset(panel, depth: depth))
  }

  private func packTransposed(
    _ kernels: KernelTable, _ panels: Panels, _ task: Int, _ source: UnsafePointer<Float>,
    _ packed: UnsafeMutablePointer<Float>
  ) {
    let area = rows.window * columns.window
    let (groupAndPanel, tap) = task.quotientAndRemainder(dividingBy: area)
    let (group, panel) = groupAndPanel.quotientAndRemainder(dividingBy: panels.count)
    let (kx, ky) = tap.quotientAndRemainder(dividingBy: rows.window)
    let place = (ky * columns.window + kx) * geometry.groupChannels + panels.start(panel)
    kernels.pack_transposed(
      source + place * geometry.filters + group * geometry.groupFilters, geometry.filters, geometry.groupFilters,
      panels.columns(panel),
      packed + group * transposedPacked(panels) + panels.offset(panel, depth: area * geometry.groupFilters)
        + tap * geometry.groupFilters * panels.packedColumns(panel))
  }
}
