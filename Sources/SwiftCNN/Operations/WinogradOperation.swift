import CKernels
import Glibc

/// A 3 x 3 convolution of stride 1 by Winograd's F(2x2, 3x3): 16 products for 4 outputs instead of 36, as 16 matrix
/// products over all tiles of an image. Backward runs the adjoint of each step, so it needs as few products.
///
/// Forward: V = B'xB, M = V·U, y = A'MA. Backward: dM = A·dy·A', dV = dM·U', dx = B·dV·B', dU = V'·dM, dW = G'·dU·G.
final class WinogradOperation: Operation {
  var values: OperationValues
  private let fusesRelu: Bool
  private let geometry: ConvolutionGeometry
  private let kernel: Int
  private let bias: Int?
  private let biasToSum: Int?

  /// The same convolution as `direct`, which `suits` must have accepted.
  init(_ direct: ConvolutionOperation) {
    values = direct.values
    fusesRelu = direct.fusesRelu
    geometry = direct.geometry
    kernel = direct.kernel
    bias = direct.bias
    biasToSum = direct.biasToSum
  }

  /// Fewer channels than a vector would make the transforms dearer than the products they save.
  private static let fewestChannels = 16

  static func suits(_ geometry: ConvolutionGeometry) -> Bool {
    let is3x3 = geometry.rows.window == 3 && geometry.columns.window == 3
    let isPlain = [geometry.rows, geometry.columns].allSatisfy { $0.stride == 1 && $0.dilation == 1 }
    return is3x3 && isPlain && geometry.groups == 1 && min(geometry.channels, geometry.filters) >= fewestChannels
  }

  var work: Int { Self.planes * tiles * pairs }
  var algorithm: String { "Winograd F(2x2, 3x3) convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + 9 * pairs
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }

  private static let planes = 16
  /// Channel and filter pairs: elements of one place of the kernel.
  private var pairs: Int { geometry.channels * geometry.filters }
  private var tilesY: Int { (geometry.rows.output + 1) / 2 }
  private var tilesX: Int { (geometry.columns.output + 1) / 2 }
  private var tiles: Int { tilesY * tilesX }

  // MARK: Memory

  private var paddedHeight: Int { max(2 * tilesY + 2, geometry.rows.padBefore + geometry.rows.input) }
  private var paddedWidth: Int { max(2 * tilesX + 2, geometry.columns.padBefore + geometry.columns.input) }
  private var paddedRow: Int { paddedWidth * geometry.channels }
  private var isPadded: Bool { paddedHeight != geometry.rows.input || paddedWidth != geometry.columns.input }
  private var paddedElements: Int { isPadded ? (paddedHeight * paddedRow).rounded(upTo: 16) : 0 }
  private var inputPlanes: Int { (Self.planes * tiles * geometry.channels).rounded(upTo: 16) }
  private var outputPlanes: Int { (Self.planes * tiles * geometry.filters).rounded(upTo: 16) + 32 }

  /// The padded image, V, M; in training also dV.
  var scratchElements: Int { paddedElements + 2 * inputPlanes + outputPlanes }
  /// dU, summed over a group of images.
  var groupElements: Int { Self.planes * pairs }

  private struct Scratch {
    let image: UnsafeMutablePointer<Float>
    let input: UnsafeMutablePointer<Float>
    let inputGradient: UnsafeMutablePointer<Float>
    let output: UnsafeMutablePointer<Float>
  }

  private func scratch(_ call: OperationCall) -> Scratch {
    let input = call.scratch + paddedElements
    return Scratch(
      image: call.scratch, input: input, inputGradient: input + inputPlanes, output: input + 2 * inputPlanes)
  }

  private var inputTransform: KernelWinograd {
    KernelWinograd(
      tiles_y: tilesY, tiles_x: tilesX, channels: geometry.channels, row: paddedRow, height: paddedHeight, width: paddedWidth)
  }

  private var outputTransform: KernelWinograd {
    KernelWinograd(
      tiles_y: tilesY, tiles_x: tilesX, channels: geometry.filters, row: geometry.columns.output * geometry.filters,
      height: geometry.rows.output, width: geometry.columns.output)
  }
}

// MARK: - Forward

extension WinogradOperation {
  func forward(_ call: OperationCall) {
    let scratch = scratch(call)
    var output = outputTransform
    for i in 0..<call.count {
      transformInput(call, i, scratch)
      multiplyPlanes(
        call.kernels, scratch.input, depth: geometry.channels, call.packed, Panels(geometry.filters, call.kernels),
        into: scratch.output)
      call.kernels.winograd_output(
        &output, scratch.output, bias.map { call.weights + $0 }, fusesRelu ? 1 : 0, call.output + i * values.outputElements)
    }
  }

  /// V of image `i`.
  private func transformInput(_ call: OperationCall, _ i: Int, _ scratch: Scratch) {
    var transform = inputTransform
    let image = call.input + i * values.inputElements
    guard isPadded else { return call.kernels.winograd_input(&transform, image, scratch.input) }
    let row = geometry.columns.input * geometry.channels
    memset(scratch.image, 0, paddedElements * 4)
    for y in 0..<geometry.rows.input { memcpy(inside(scratch.image, y), image + y * row, row * 4) }
    call.kernels.winograd_input(&transform, scratch.image, scratch.input)
  }

  /// Where image row `y` begins in the padded image.
  private func inside(_ padded: UnsafeMutablePointer<Float>, _ y: Int) -> UnsafeMutablePointer<Float> {
    padded + (geometry.rows.padBefore + y) * paddedRow + geometry.columns.padBefore * geometry.channels
  }

  /// For each plane: [tiles][columns] = [tiles][depth] · packed [depth][columns].
  private func multiplyPlanes(
    _ kernels: KernelTable, _ a: UnsafePointer<Float>, depth: Int, _ packed: UnsafePointer<Float>, _ panels: Panels,
    into c: UnsafeMutablePointer<Float>
  ) {
    var tile = KernelTile()
    tile.a_row = depth
    tile.a_step = 1
    tile.outer = 1
    tile.depth = depth
    tile.c_row = panels.columns
    tile.rows = tiles
    for plane in 0..<Self.planes {
      tile.a = a + plane * tiles * depth
      for panel in 0..<panels.count {
        tile.b = packed + plane * panels.elements(depth: depth) + panels.offset(panel, depth: depth)
        tile.b_row = panels.packedColumns(panel)
        tile.c = c + plane * tiles * panels.columns + panels.start(panel)
        tile.columns = panels.columns(panel)
        kernels.tile(&tile)
      }
    }
  }
}

// MARK: - Backward

extension WinogradOperation {
  func beginGroup(_ call: OperationCall) { memset(call.group, 0, groupElements * 4) }

  func endGroup(_ call: OperationCall) {
    guard let weightGradients = call.weightGradients else { return }
    call.kernels.winograd_kernel_gradient(call.group, pairs, pairs, weightGradients + kernel)
  }

  func backward(_ call: OperationCall) {
    let scratch = scratch(call)
    var transform = outputTransform
    for i in 0..<call.count {
      let gradient = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: biasToSum)
      call.kernels.winograd_output_gradient(&transform, gradient, scratch.output)
      transformInput(call, i, scratch)
      addKernelGradient(call, scratch)
      if let inputGradient = call.inputGradient {
        self.inputGradient(call, scratch, inputGradient + i * values.inputElements)
      }
    }
  }

  /// dU += V'·dM, plane by plane.
  private func addKernelGradient(_ call: OperationCall, _ scratch: Scratch) {
    let panels = Panels(geometry.filters, call.kernels)
    var tile = KernelTile()
    tile.a_row = 1
    tile.a_step = geometry.channels
    tile.b_row = geometry.filters
    tile.outer = 1
    tile.depth = tiles
    tile.c_row = geometry.filters
    tile.rows = geometry.channels
    tile.accumulate = 1
    for plane in 0..<Self.planes {
      tile.a = UnsafePointer(scratch.input + plane * tiles * geometry.channels)
      for panel in 0..<panels.count {
        tile.b = UnsafePointer(scratch.output + plane * tiles * geometry.filters + panels.start(panel))
        tile.c = call.group + plane * pairs + panels.start(panel)
        tile.columns = panels.columns(panel)
        call.kernels.tile(&tile)
      }
    }
  }

  private func inputGradient(_ call: OperationCall, _ scratch: Scratch, _ target: UnsafeMutablePointer<Float>) {
    let panels = Panels(geometry.channels, call.kernels)
    multiplyPlanes(
      call.kernels, scratch.output, depth: geometry.filters, call.packed + forwardPacked(call.kernels), panels,
      into: scratch.inputGradient)
    var transform = inputTransform
    guard isPadded else {
      memset(target, 0, values.inputElements * 4)
      return call.kernels.winograd_input_gradient(&transform, scratch.inputGradient, target)
    }
    memset(scratch.image, 0, paddedElements * 4)
    call.kernels.winograd_input_gradient(&transform, scratch.inputGradient, scratch.image)
    let row = geometry.columns.input * geometry.channels
    for y in 0..<geometry.rows.input { memcpy(target + y * row, inside(scratch.image, y), row * 4) }
  }
}

// MARK: - Packed weights

extension WinogradOperation {
  /// U by panels of filters, [plane][panel][channel][filter]; for the input's gradient U' by panels of channels,
  /// [plane][panel][filter][channel]; then U itself. One task for each panel of channels.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let channelPanels = Panels(geometry.channels, kernels)
    let transposes = training && needsInputGradient
    let transposed = transposes ? transposedPacked(kernels) : 0
    let elements = forwardPacked(kernels) + transposed + Self.planes * pairs
    return Packing(elements: elements, tasks: channelPanels.count) { [unowned self] panel, weights, packed in
      let transformed = packed + self.forwardPacked(kernels) + transposed
      let start = channelPanels.start(panel) * self.geometry.filters
      kernels.winograd_kernel(
        weights + self.kernel + start, channelPanels.columns(panel) * self.geometry.filters, self.pairs, transformed + start)
      self.packForward(kernels, channelPanels, panel, transformed, packed)
      if transposes {
        self.packTransposed(kernels, channelPanels, panel, transformed, packed + self.forwardPacked(kernels))
      }
    }
  }

  private func forwardPacked(_ kernels: KernelTable) -> Int {
    Self.planes * Panels(geometry.filters, kernels).elements(depth: geometry.channels)
  }

  private func transposedPacked(_ kernels: KernelTable) -> Int {
    Self.planes * Panels(geometry.channels, kernels).elements(depth: geometry.filters)
  }

  /// The channels of one panel, as rows of every panel of filters.
  private func packForward(
    _ kernels: KernelTable, _ channelPanels: Panels, _ channelPanel: Int, _ transformed: UnsafePointer<Float>,
    _ packed: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(geometry.filters, kernels)
    let firstChannel = channelPanels.start(channelPanel)
    for plane in 0..<Self.planes {
      for panel in 0..<panels.count {
        kernels.pack(
          transformed + plane * pairs + firstChannel * geometry.filters + panels.start(panel), geometry.filters,
          channelPanels.columns(channelPanel), panels.columns(panel),
          packed + plane * panels.elements(depth: geometry.channels) + panels.offset(panel, depth: geometry.channels)
            + firstChannel * panels.packedColumns(panel))
      }
    }
  }

  private func packTransposed(
    _ kernels: KernelTable, _ panels: Panels, _ panel: Int, _ transformed: UnsafePointer<Float>,
    _ packed: UnsafeMutablePointer<Float>
  ) {
    for plane in 0..<Self.planes {
      kernels.pack_transposed(
        transformed + plane * pairs + panels.start(panel) * geometry.filters, geometry.filters, geometry.filters,
        panels.columns(panel),
        packed + plane * panels.elements(depth: geometry.filters) + panels.offset(panel, depth: geometry.filters))
    }
  }
}
