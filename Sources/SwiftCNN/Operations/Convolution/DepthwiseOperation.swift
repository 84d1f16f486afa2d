import CKernels
import Glibc

/// A convolution of every channel by itself. Its speed is limited by memory, so it has kernels of its own.
final class DepthwiseOperation: Operation {
  var values: OperationValues
  /// max(0, ·) after the bias.
  var fusesRelu = false
  /// The geometry has one group for each channel and one filter in each group.
  var geometry: ConvolutionGeometry { didSet { inputLines = InputLines(geometry) } }
  private var inputLines: InputLines
  private let kernel: Int
  private let bias: Int?

  /// - Parameters: kernel, bias: offsets in the flat buffers.
  init(_ values: OperationValues, geometry: ConvolutionGeometry, kernel: Int, bias: Int?) {
    self.values = values
    self.geometry = geometry
    inputLines = InputLines(geometry)
    self.kernel = kernel
    self.bias = bias
  }

  static func suits(_ geometry: ConvolutionGeometry) -> Bool {
    geometry.groups > 1 && geometry.groupChannels == 1 && geometry.groupFilters == 1
  }

  private var area: Int { geometry.rows.window * geometry.columns.window }
  private var row: Int { geometry.imageBorder.row }

  var work: Int { values.outputElements * area }
  var algorithm: String { "depthwise convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + area * geometry.filters
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }

  /// Elements of a band of the padded image.
  var scratchElements: Int { geometry.bandElements }
}

// MARK: - Forward

extension DepthwiseOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let output = call.output + i * values.outputElements
      var product = windows(call)
      product.w = call.weights + kernel
      product.bias = bias.map { call.weights + $0 }
      product.relu = fusesRelu ? 1 : 0
      eachRow(call, i, output) { [product] x, y in
        var row = product
        row.x = x
        row.y = y
        call.kernels.depthwise(&row)
      }
    }
  }

  /// Computes a row of windows.
  private func windows(_ call: OperationCall) -> KernelDepthwise {
    var product = KernelDepthwise()
    let channels = geometry.filters
    product.x_step = geometry.columns.stride * channels
    product.x_row = geometry.rows.dilation * geometry.imageBorder.paddedRow
    product.x_column = geometry.columns.dilation * channels
    product.w_row = geometry.columns.window * channels
    product.w_column = channels
    product.rows = geometry.rows.window
    product.columns = geometry.columns.window
    product.y_step = channels
    product.count = geometry.columns.output
    product.channels = channels
    return product
  }

  /// Calls `body` for each row of an image's outputs in `y`, with the padded row under its first window.
  private func eachRow(
    _ call: OperationCall, _ image: Int, _ y: UnsafeMutablePointer<Float>,
    _ body: (_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) -> Void
  ) {
    let border = geometry.imageBorder
    let input = call.input + image * values.inputElements
    let bands = geometry.bands(atLeast: call.threads == 1 ? 1 : 2 * call.threads)
    parallel(bands.count, limit: call.threads, work: work) { index, thread in
      let band = bands[index]
      let padded = border.surround(input, rows: geometry.rows.inputRows(of: band), in: call.scratch(of: thread))
      for output in band {
        body(
          padded + (output - band.lowerBound) * geometry.rows.stride * border.paddedRow,
          y + output * geometry.columns.output * geometry.filters)
      }
    }
  }
}

// MARK: - Backward

extension DepthwiseOperation {
  func backward(_ call: OperationCall) {
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: bias)
      if let weightGradients = call.weightGradients {
        var product = windows(call)
        eachRow(call, i, gradient) { x, y in
          product.x = x
          product.y = y
          call.kernels.depthwise_kernel_gradient(&product, weightGradients + kernel)
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
    inputLines.all.forEachLine { gradientLine(call, $0, gradient, target) }
  }

  private func gradientLine(
    _ call: OperationCall, _ line: Line<InputRun>, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    let channels = geometry.filters
    let gradientRow = geometry.columns.output * channels
    let (rowTaps, columnTaps) = (line.rows.taps, line.columns.taps)
    var product = KernelDepthwise()
    product.x = gradient + rowTaps.firstOutput * gradientRow + columnTaps.lastOutput * channels
    product.x_step = line.isUpright ? gradientRow : channels
    product.x_row = -rowTaps.outputStep * gradientRow
    product.x_column = columnTaps.outputStep * channels
    product.w = call.weights + kernel + (rowTaps.first * geometry.columns.window + columnTaps.last) * channels
    product.w_row = rowTaps.step * geometry.columns.window * channels
    product.w_column = -columnTaps.step * channels
    product.rows = rowTaps.count
    product.columns = columnTaps.count
    product.y = target + line.rows.first * row + line.columns.first * channels
    product.y_step = line.isUpright ? geometry.rows.stride * row : geometry.columns.stride * channels
    product.count = line.count
    product.channels = channels
    call.kernels.depthwise(&product)
  }
}
