import CKernels
import Glibc

/// A convolution in groups with few channels and filters, too narrow for the register tile. It computes several groups at once,
/// so that their filters fill whole vectors. Each channel is replicated, once for every filter of its group. Then each lane has
/// its own values and weights, and the kernels of depthwise convolution compute the result. Their columns are (kernel column,
/// channel of the group). The gradient of the input is the same with channels and filters exchanged.
final class GroupedOperation: Operation {
  var values: OperationValues
  /// max(0, ·) after the bias.
  var fusesRelu = false
  var geometry: ConvolutionGeometry { didSet { inputLines = InputLines(geometry) } }
  private var inputLines: InputLines
  /// Offsets in the flat buffers.
  let kernel: Int
  var bias: Int?

  init(_ values: OperationValues, geometry: ConvolutionGeometry, kernel: Int, bias: Int?) {
    self.values = values
    self.geometry = geometry
    inputLines = InputLines(geometry)
    self.kernel = kernel
    self.bias = bias
  }

  /// With more channels or filters, the tile is faster and replicating is slower. In a dilated kernel, columns and channels are
  /// not at one constant distance.
  static func suits(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.groups > 1 && geometry.columns.dilation == 1 && geometry.groupChannels * geometry.groupFilters <= 16
  }

  private var area: Int { geometry.rows.window * geometry.columns.window }

  var work: Int { values.outputElements * area * geometry.groupChannels }
  var algorithm: String { "grouped convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + kernelElements
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }

  /// Elements of a replicated band of the padded image of a chunk, or of the whole gradient.
  var scratchElements: Int {
    let (filters, channels) = (geometry.groupFilters, geometry.groupChannels)
    let rows = geometry.rows.inputRows(of: 0..<Self.rowsAtOnce).count
    let image = rows * geometry.columns.padded * channels * chunks(lanesPerGroup: filters)[0].count * filters
    let gradient = values.outputElements / geometry.groups * chunks(lanesPerGroup: channels)[0].count * channels
    return max(image, gradient).rounded(upTo: 16)
  }

  /// The number of output rows with windows that are replicated together: few enough for the second-level cache.
  private static let rowsAtOnce = 8

  /// The number of groups that together fill whole vectors with `lanesPerGroup` lanes each, except perhaps the last groups.
  private func chunks(lanesPerGroup: Int) -> [Range<Int>] {
    // Invariant: 16 always meets this condition.
    let count = (1...16).first { $0 * lanesPerGroup % 16 == 0 }!
    return stride(from: 0, to: geometry.groups, by: count).map { $0..<min(geometry.groups, $0 + count) }
  }
}

extension GroupedOperation: AffineOperation {
  var kernelElements: Int { area * geometry.groupChannels * geometry.filters }
  var outputChannels: Int { geometry.filters }
}

// MARK: - Forward

extension GroupedOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      eachRow(call, i, call.output + i * values.outputElements) { product, groups in
        let filter = groups.lowerBound * geometry.groupFilters
        product.w = call.weights + kernel + filter
        product.bias = bias.map { call.weights + $0 + filter }
        product.relu = fusesRelu ? 1 : 0
        call.kernels.depthwise(&product)
      }
    }
  }

  /// Calls `body` for each row of windows of each chunk of groups over image `i`, with the row of outputs in `y`. It goes band by
  /// band, so that the chunks after the first read the image from the cache.
  private func eachRow(
    _ call: OperationCall, _ i: Int, _ y: UnsafeMutablePointer<Float>,
    _ body: (inout KernelDepthwise, _ groups: Range<Int>) -> Void
  ) {
    let end = geometry.rows.output
    for first in stride(from: 0, to: end, by: Self.rowsAtOnce) {
      let band = first..<min(end, first + Self.rowsAtOnce)
      for groups in chunks(lanesPerGroup: geometry.groupFilters) {
        replicateRows(call, i, groups, geometry.rows.inputRows(of: band))
        for output in band {
          var product = windows(call, groups, row: output - first)
          product.y = y + output * geometry.columns.output * geometry.filters + groups.lowerBound * geometry.groupFilters
          body(&product, groups)
        }
      }
    }
  }

  /// A row of windows of the replicated band.
  private func windows(_ call: OperationCall, _ groups: Range<Int>, row: Int) -> KernelDepthwise {
    let (rows, columns) = (geometry.rows, geometry.columns)
    let lanes = groups.count * geometry.groupFilters
    let replicatedRow = columns.padded * geometry.groupChannels * lanes
    var product = KernelDepthwise()
    product.x = UnsafePointer(call.scratch + row * rows.stride * replicatedRow)
    product.x_step = columns.stride * geometry.groupChannels * lanes
    product.x_row = rows.dilation * replicatedRow
    product.x_column = lanes
    product.w_row = columns.window * geometry.groupChannels * geometry.filters
    product.w_column = geometry.filters
    product.rows = rows.window
    product.columns = columns.window * geometry.groupChannels
    product.y_step = geometry.filters
    product.count = columns.output
    product.channels = lanes
    return product
  }

  /// Rows of image `i` with their zeros, [row][column][channel of the group][lane], in the scratch.
  private func replicateRows(_ call: OperationCall, _ i: Int, _ groups: Range<Int>, _ rows: Range<Int>) {
    let (columns, channels, filters) = (geometry.columns, geometry.groupChannels, geometry.groupFilters)
    let image = call.input + i * values.inputElements + groups.lowerBound * channels
    let pixel = channels * groups.count * filters
    let row = columns.padded * pixel
    let (before, inside) = (columns.padBefore * pixel, columns.input * pixel)
    for (place, y) in rows.enumerated() {
      let target = call.scratch + place * row
      guard 0..<geometry.rows.input ~= y else {
        memset(target, 0, row * 4)
        continue
      }
      memset(target, 0, before * 4)
      call.kernels.replicate_channels(
        image + y * geometry.imageBorder.row, geometry.channels, columns.input, channels, groups.count, filters, target + before)
      memset(target + before + inside, 0, (row - before - inside) * 4)
    }
  }
}

// MARK: - Backward

extension GroupedOperation {
  func backward(_ call: OperationCall) {
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: bias)
      if let weightGradients = call.weightGradients {
        eachRow(call, i, gradient) { product, groups in
          call.kernels.depthwise_kernel_gradient(
            &product, weightGradients + kernel + groups.lowerBound * geometry.groupFilters)
        }
      }
      if let inputGradient = call.inputGradient {
        self.inputGradient(call, gradient, inputGradient + i * values.inputElements)
      }
    }
  }

  /// The convolution of dy with the kernel turned around, as in `ConvolutionOperation`.
  private func inputGradient(
    _ call: OperationCall, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    if inputLines.hasUnmet { memset(target, 0, values.inputElements * 4) }
    for groups in chunks(lanesPerGroup: geometry.groupChannels) {
      call.kernels.replicate_channels(
        gradient + groups.lowerBound * geometry.groupFilters, geometry.filters, geometry.rows.output * geometry.columns.output,
        geometry.groupFilters, groups.count, geometry.groupChannels, call.scratch)
      inputLines.all.forEachLine { line in inputGradientLine(call, groups, line, target) }
    }
  }

  private func inputGradientLine(
    _ call: OperationCall, _ groups: Range<Int>, _ line: Line<InputRun>, _ target: UnsafeMutablePointer<Float>
  ) {
    let (channels, filters) = (geometry.channels, geometry.groupFilters)
    let lanes = groups.count * geometry.groupChannels
    let gradientRow = geometry.columns.output * filters * lanes
    let row = geometry.imageBorder.row
    let (rowTaps, columnTaps) = (line.rows.taps, line.columns.taps)
    let firstTap = line.columns.placeOfLastTap(row: rowTaps.first, rows: geometry.rows.window)
    var product = KernelDepthwise()
    product.x = UnsafePointer(call.scratch + rowTaps.firstOutput * gradientRow + columnTaps.lastOutput * filters * lanes)
    product.x_step = line.isUpright ? gradientRow : filters * lanes
    product.x_row = -rowTaps.outputStep * gradientRow
    product.x_column = lanes
    product.w = UnsafePointer(call.packed + firstTap * filters * channels + groups.lowerBound * geometry.groupChannels)
    product.w_row = rowTaps.step * line.columns.phase.taps.count * filters * channels
    product.w_column = channels
    product.rows = rowTaps.count
    product.columns = columnTaps.count * filters
    product.y = target + line.rows.first * row + line.columns.first * channels + groups.lowerBound * geometry.groupChannels
    product.y_step = line.isUpright ? geometry.rows.stride * row : geometry.columns.stride * channels
    product.count = line.count
    product.channels = lanes
    call.kernels.depthwise(&product)
  }
}

// MARK: - Packed weights

extension GroupedOperation {
  /// The transposed kernel, [phase][ky][kx, from the last][filter of the group][channel], for the input's gradient.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    guard training && needsInputGradient else { return Packing() }
    let elements = kernelElements.rounded(upTo: 16)
    return Packing(elements: elements, tasks: geometry.rows.window) { [unowned self] row, weights, packed in
      for column in 0..<geometry.columns.window {
        guard let place = geometry.columns.placeOfTap(row: row, column, rows: geometry.rows.window) else { continue }
        let tap = (row * geometry.columns.window + column) * geometry.groupChannels * geometry.filters
        transpose(weights(kernel) + kernel + tap, into: packed + place * geometry.groupFilters * geometry.channels)
      }
    }
  }

  /// Transposes one tap from [channel of the group][filter] to [filter of the group][channel].
  private func transpose(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let (channels, filters) = (geometry.groupChannels, geometry.groupFilters)
    for group in 0..<geometry.groups {
      for channel in 0..<channels {
        for filter in 0..<filters {
          target[filter * geometry.channels + group * channels + channel] =
            source[channel * geometry.filters + group * filters + filter]
        }
      }
    }
  }
}
