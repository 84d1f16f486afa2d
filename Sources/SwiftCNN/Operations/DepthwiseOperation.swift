import CKernels
import Glibc

/// A convolution of every channel by itself: each gives `multiplier` outputs, with a kernel each. It is bound by memory, so
/// it has kernels of its own; with a multiplier they run on channels repeated so often.
final class DepthwiseOperation: Operation {
  var values: OperationValues
  /// max(0, ·) after the bias.
  var fusesRelu = false
  /// One group a channel.
  private let geometry: ConvolutionGeometry
  /// The same of the repeated channels.
  private let repeated: ConvolutionGeometry
  private let kernel: Int
  private let bias: Int?

  /// - Parameters: kernel, bias: offsets in the flat buffers.
  init(_ values: OperationValues, geometry: ConvolutionGeometry, kernel: Int, bias: Int?) {
    self.values = values
    self.geometry = geometry
    self.kernel = kernel
    self.bias = bias
    var repeated = geometry
    repeated.channels = geometry.filters
    repeated.groups = geometry.filters
    self.repeated = repeated
  }

  /// Whether the groups of a convolution have one channel each.
  static func suits(_ geometry: ConvolutionGeometry) -> Bool { geometry.groups > 1 && geometry.groupChannels == 1 }

  private var area: Int { geometry.rows.window * geometry.columns.window }
  private var multiplier: Int { geometry.groupFilters }
  private var row: Int { repeated.imageBorder.row }

  var work: Int { values.outputElements * area }
  var algorithm: String { "depthwise convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + area * geometry.filters
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }

  /// Elements of an image of repeated channels.
  private var repeatedElements: Int { multiplier == 1 ? 0 : (geometry.rows.input * row).rounded(upTo: 16) }
  /// A band of the padded image or of the output's gradient; with a multiplier, an image of repeated channels.
  var scratchElements: Int { repeatedElements + repeated.bandElements }

  private func scratch(_ call: OperationCall) -> UnsafeMutablePointer<Float> { call.scratch + repeatedElements }

  /// Image `i`, each channel `multiplier` times.
  private func image(_ call: OperationCall, _ i: Int) -> UnsafePointer<Float> {
    let image = UnsafePointer(call.input + i * values.inputElements)
    if multiplier == 1 { return image }
    for e in 0..<values.inputElements {
      (call.scratch + e * multiplier).update(repeating: image[e], count: multiplier)
    }
    return UnsafePointer(call.scratch)
  }
}

// MARK: - Forward

extension DepthwiseOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let image = image(call, i)
      let output = call.output + i * values.outputElements
      var product = windows(call)
      product.w = call.weights + kernel
      product.bias = bias.map { call.weights + $0 }
      product.relu = fusesRelu ? 1 : 0
      eachRow(image, scratch(call), output) { x, y in
        product.x = x
        product.y = y
        call.kernels.depthwise(&product)
      }
    }
  }

  /// A row of windows.
  private func windows(_ call: OperationCall) -> KernelDepthwise {
    var product = KernelDepthwise()
    let channels = geometry.filters
    product.x_step = geometry.columns.stride * channels
    product.x_row = geometry.rows.dilation * repeated.imageBorder.paddedRow
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

  /// Each row of outputs in `y`, with the padded row under its first window.
  private func eachRow(
    _ image: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ body: (_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) -> Void
  ) {
    let border = repeated.imageBorder
    for band in repeated.bands {
      let padded = border.surround(image, rows: geometry.rows.inputRows(of: band), in: scratch)
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
    guard let weightGradients = call.weightGradients else { return }
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: bias)
      var product = windows(call)
      eachRow(image(call, i), scratch(call), gradient) { x, y in
        product.x = x
        product.y = y
        call.kernels.depthwise_kernel_gradient(&product, weightGradients + kernel)
      }
      if let inputGradient = call.inputGradient {
        self.inputGradient(call, gradient, inputGradient + i * values.inputElements)
      }
    }
  }

  /// dx: each channel's gradients of its repetitions are added in order.
  private func inputGradient(
    _ call: OperationCall, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    if multiplier == 1 { return repeatedGradient(call, gradient, target) }
    repeatedGradient(call, gradient, call.scratch)
    for e in 0..<values.inputElements {
      var sum: Float = 0
      for j in 0..<multiplier { sum += call.scratch[e * multiplier + j] }
      target[e] = sum
    }
  }

  /// The convolution of dy with the kernel turned around, as `ConvolutionOperation` has it.
  private func repeatedGradient(
    _ call: OperationCall, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    if repeated.hasUnmetInputs { memset(target, 0, geometry.rows.input * row * 4) }
    repeated.forEachInputLine { gradientLine(call, $0, gradient, target) }
  }

  private func gradientLine(
    _ call: OperationCall, _ line: InputLine, _ gradient: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
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
